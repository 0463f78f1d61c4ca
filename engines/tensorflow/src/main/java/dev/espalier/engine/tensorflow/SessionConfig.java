package dev.espalier.engine.tensorflow;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * How TensorFlow's sessions are set up.
 *
 * @param threads threads for one operation, 0 for all
 */
record SessionConfig(int threads) {

  /** Returns the configuration of a session that sees the processor only. */
  ConfigProto onProcessor() {
    return common().putDeviceCount("GPU", 0).build();
  }

  /** Returns the configuration of a session that sees GPUs too. */
  ConfigProto onAnyDevice() {
    return common()
        // Some operations on integers exist for the processor only.
        .setAllowSoftPlacement(true)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }

  private ConfigProto.Builder common() {
    return ConfigProto.newBuilder().setIntraOpParallelismThreads(threads);
  }
}
