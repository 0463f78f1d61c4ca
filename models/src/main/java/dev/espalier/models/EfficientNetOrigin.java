package dev.espalier.models;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.WeightNames;
import dev.espalier.model.Weights;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Projects that publish weights for EfficientNet. The origin of the weights determines their names
 * and layout, the padding of strided convolutions, epsilon and momentum of batch normalization, and
 * the input normalization. A builder recognizes it by the names of the weights and of their file
 * unless {@link EfficientNetBuilder#origin} sets it.
 */
public enum EfficientNetOrigin {
  /** Keras Applications, and Espalier itself. */
  KERAS,
  /** The package {@code efficientnet} of qubvel: Keras' names, but no normalization layer. */
  QUBVEL,
  /** TensorFlow checkpoints of the authors, from {@code tensorflow/tpu}. */
  TENSORFLOW,
  /** timm's models with PyTorch's padding, such as {@code efficientnet_b0}. */
  TIMM,
  /** timm's models ported from TensorFlow, such as {@code tf_efficientnet_b0}. */
  TIMM_TENSORFLOW,
  /** torchvision, such as {@code efficientnet_b0} and {@code efficientnet_v2_s}. */
  TORCHVISION,
  /** The package {@code efficientnet_pytorch} of lukemelas. */
  LUKEMELAS;

  /** AdvProp in the names of timm's models and files, and of lukemelas' files. */
  private static final Pattern ADVERSARIAL = Pattern.compile("[._]ap(?![a-z0-9])|^adv-");

  private static final String STEM = "stem/conv2d/kernel";

  /**
   * Recognizes the origin of weights.
   *
   * @param padding the padding set on the builder, which distinguishes the two families of timm
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if the origin is ambiguous
   */
  static EfficientNetOrigin of(
      Weights weights, Architecture architecture, @Nullable StridedPadding padding) {
    if (weights.contains("conv_stem.weight")) {
      return timm(weights, architecture, padding);
    }
    if (weights.contains("features.0.0.weight")) {
      return TORCHVISION;
    }
    if (weights.contains("_conv_stem.weight")) {
      return LUKEMELAS;
    }
    if (weights.names().stream().anyMatch(name -> name.endsWith(STEM))) {
      return TENSORFLOW;
    }
    boolean unnormalized =
        architecture instanceof FirstGeneration
            && weights.contains("stem_conv/kernel")
            && weights.names().stream()
                .noneMatch(name -> name.startsWith("normalization") || name.contains("_dwconv2/"));
    return unnormalized ? QUBVEL : KERAS;
  }

  private static EfficientNetOrigin timm(
      Weights weights, Architecture architecture, @Nullable StridedPadding padding) {
    if (padding != null) {
      return padding == StridedPadding.PYTORCH ? TIMM : TIMM_TENSORFLOW;
    }
    String description = ImageModelBuilder.description(weights);
    if (description.contains("tf_efficientnet") || architecture instanceof SecondGeneration) {
      return TIMM_TENSORFLOW; // There are no published V2 weights of timm's own of these sizes.
    }
    if (description.contains("efficientnet")) {
      return TIMM;
    }
    throw new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "The weights are from timm, but it is unknown whether from a tf_efficientnet_… or an"
            + " efficientnet_… model; the two have the same names, but another padding and"
            + " epsilon.",
        "Set the origin: origin(EfficientNetOrigin.TIMM_TENSORFLOW) or"
            + " origin(EfficientNetOrigin.TIMM), on the command line --set"
            + " model.origin=timm-tensorflow or timm; or give the file its original name, such as"
            + " tf_efficientnet_b0.pth.");
  }

  StridedPadding padding() {
    return this == TIMM || this == TORCHVISION ? StridedPadding.PYTORCH : StridedPadding.TENSORFLOW;
  }

  /** Returns the epsilon of the batch normalizations. */
  double epsilon(Architecture architecture) {
    return this == TIMM || isFromTimmInTorchvision(architecture) ? 1e-5 : 1e-3;
  }

  /** Returns the momentum of the batch normalizations: one minus PyTorch's. */
  double momentum(Architecture architecture) {
    boolean torch =
        this == TIMM || this == TIMM_TENSORFLOW || isFromTimmInTorchvision(architecture);
    return torch ? 0.9 : architecture.momentum();
  }

  /** Torchvision's B0 to B4 come from timm; B5 to B7 and V2 follow TensorFlow. */
  private boolean isFromTimmInTorchvision(Architecture architecture) {
    return this == TORCHVISION
        && architecture instanceof FirstGeneration
        && !Pattern.matches("efficientnetb[5-7]", architecture.name());
  }

  /** Returns the normalization that fits weights which do not name theirs. */
  InputNormalization normalization(Weights weights, Architecture architecture, int channels) {
    if (this == KERAS || channels != 3) {
      return architecture.normalizationFor(weights, channels);
    }
    if (architecture instanceof FirstGeneration) {
      return ADVERSARIAL.matcher(ImageModelBuilder.description(weights)).find()
          ? InputNormalization.ADVPROP
          : InputNormalization.IMAGENET;
    }
    if (architecture instanceof Lite) {
      return this == TIMM ? InputNormalization.IMAGENET : InputNormalization.ADVPROP;
    }
    boolean base = architecture.normalizationFor(weights, channels) == InputNormalization.IMAGENET;
    return switch (this) {
      case TORCHVISION ->
          architecture.name().endsWith("-l")
              ? InputNormalization.ADVPROP
              : InputNormalization.IMAGENET;
      case TIMM, TIMM_TENSORFLOW -> base ? InputNormalization.IMAGENET : InputNormalization.ADVPROP;
      default -> architecture.normalizationFor(weights, channels);
    };
  }

  /**
   * Returns the project's names of the weights.
   *
   * @param weights whose names tell the prefix of a TensorFlow checkpoint
   * @param includeTop whether the model has a classifier; otherwise that of the weights is ignored
   */
  WeightNames names(Architecture architecture, Weights weights, boolean includeTop) {
    if (this == KERAS || this == QUBVEL) {
      return keras(includeTop);
    }
    OriginNames names =
        switch (this) {
          case TIMM, TIMM_TENSORFLOW -> OriginNames.timm(architecture);
          case TORCHVISION -> OriginNames.torchvision(architecture);
          case LUKEMELAS -> OriginNames.lukemelas(architecture);
          default -> OriginNames.tensorflow(architecture, prefix(weights), weights);
        };
    WeightNames all =
        this == TENSORFLOW
            ? WeightNames.of(project(), WeightNames.Layout.HWIO, names::checkpointVariable)
            : WeightNames.pytorch(project(), names.layers()::get);
    return includeTop ? all : all.ignoring(names::isOfClassifier);
  }

  private WeightNames keras(boolean includeTop) {
    String classifier = this == QUBVEL ? "probs/" : "predictions/";
    WeightNames all =
        WeightNames.of(
            project(),
            WeightNames.Layout.HWIO,
            variable ->
                this == QUBVEL && variable.startsWith("normalization/")
                    ? null
                    : variable.replace("predictions/", classifier));
    return includeTop ? all : all.ignoring(name -> name.startsWith(classifier));
  }

  private static String prefix(Weights weights) {
    return weights.names().stream()
        .filter(name -> name.endsWith(STEM))
        .findFirst()
        .map(name -> name.substring(0, name.length() - STEM.length()))
        .orElse("");
  }

  private String project() {
    return switch (this) {
      case KERAS -> "Keras";
      case QUBVEL -> "qubvel/efficientnet";
      case TENSORFLOW -> "tensorflow/tpu";
      case TIMM, TIMM_TENSORFLOW -> "timm";
      case TORCHVISION -> "torchvision";
      case LUKEMELAS -> "lukemelas/EfficientNet-PyTorch";
    };
  }
}
