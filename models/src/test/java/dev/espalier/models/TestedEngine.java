package dev.espalier.models;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.mxnet.MxNetEngineProvider;
import dev.espalier.engine.pytorch.PyTorchEngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;

/** The engines on which numbers are compared with those of Keras, and with each other. */
enum TestedEngine {
  TENSORFLOW,
  PYTORCH,
  MXNET;

  Engine open() {
    EngineProvider provider =
        switch (this) {
          case TENSORFLOW -> new TensorFlowEngineProvider();
          case PYTORCH -> new PyTorchEngineProvider();
          case MXNET -> new MxNetEngineProvider();
        };
    return provider.open(EngineOptions.defaults());
  }
}
