package dev.espalier.cli.doctor;

import java.util.List;

/**
 * The plugins of this project, to detect that one is missing or that a merged jar has lost the
 * service files that list them.
 *
 * @param id of the plugin, which for an engine is also its name
 * @param type class name
 * @param artifact Maven coordinates without version
 * @param engine whether it contributes an engine
 */
record FirstParty(String id, String type, String artifact, boolean engine) {
  static final List<FirstParty> ALL =
      List.of(
          engine("tensorflow", "TensorFlowPlugin"),
          engine("pytorch", "PyTorchPlugin"),
          engine("mxnet", "MxNetPlugin"),
          engine("onnxruntime", "OnnxRuntimePlugin"),
          new FirstParty(
              "efficientnet",
              "dev.espalier.models.EfficientNetPlugin",
              "dev.espalier:espalier-models",
              false),
          new FirstParty(
              "convnext",
              "dev.espalier.models.convnext.ConvNeXtPlugin",
              "dev.espalier:espalier-models",
              false),
          new FirstParty(
              "mobilenet",
              "dev.espalier.models.mobilenet.MobileNetPlugin",
              "dev.espalier:espalier-models",
              false),
          new FirstParty(
              "resnet",
              "dev.espalier.models.resnet.ResNetPlugin",
              "dev.espalier:espalier-models",
              false),
          new FirstParty(
              "weights",
              "dev.espalier.weights.WeightsPlugin",
              "dev.espalier:espalier-weights",
              false),
          new FirstParty(
              "datasets",
              "dev.espalier.datasets.DatasetsPlugin",
              "dev.espalier:espalier-datasets",
              false),
          new FirstParty(
              "augment",
              "dev.espalier.augment.plugin.AugmentPlugin",
              "dev.espalier:espalier-augment",
              false),
          new FirstParty(
              "callbacks",
              "dev.espalier.callbacks.CallbacksPlugin",
              "dev.espalier:espalier-callbacks",
              false),
          new FirstParty(
              "onnx", "dev.espalier.onnx.OnnxPlugin", "dev.espalier:espalier-onnx", false),
          new FirstParty(
              "report", "dev.espalier.report.ReportPlugin", "dev.espalier:espalier-report", false));

  private static FirstParty engine(String name, String type) {
    return new FirstParty(
        name,
        "dev.espalier.engine." + name + "." + type,
        "dev.espalier:espalier-engine-" + name,
        true);
  }

  /** Returns whether its class is on the class path, without initializing it. */
  boolean isPresent(ClassLoader loader) {
    return loader.getResource(type.replace('.', '/') + ".class") != null;
  }
}
