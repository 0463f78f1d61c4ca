package dev.espalier.core.internal.plugin;

import dev.espalier.activation.Activation;
import dev.espalier.activation.Celu;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Relu;
import dev.espalier.activation.Threshold;
import dev.espalier.callback.Callback;
import dev.espalier.core.internal.file.SafetensorsFormat;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Constant;
import dev.espalier.initializer.Ones;
import dev.espalier.initializer.RandomNormal;
import dev.espalier.initializer.RandomUniform;
import dev.espalier.initializer.TruncatedNormal;
import dev.espalier.initializer.VarianceScaling;
import dev.espalier.initializer.Zeros;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.Average;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Embedding;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerScale;
import dev.espalier.layer.Maximum;
import dev.espalier.layer.Minimum;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.PRelu;
import dev.espalier.layer.Permute;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.Subtract;
import dev.espalier.layer.attention.ClassToken;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.attention.SelectPosition;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.convolution.Cropping2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.AveragePooling2D;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.preprocessing.Resizing;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.regularizer.L1L2;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.Step;
import java.util.List;

/**
 * Espalier's built-in components. In the registry they are a plugin like others, so that name
 * conflicts with it are reported in the same way, but it cannot be excluded.
 */
public final class BuiltInPlugin implements Plugin {
  /** The plugin id, as shown in name conflicts. */
  public static final String ID = "espalier";

  /** The classes that may occur in a layer where an interface is declared. */
  public static final List<Class<?>> VALUE_TYPES =
      List.of(
          Constant.class,
          L1L2.class,
          Ones.class,
          RandomNormal.class,
          RandomUniform.class,
          TruncatedNormal.class,
          VarianceScaling.class,
          Zeros.class,
          ((Enum<?>) Activation.LINEAR).getDeclaringClass(),
          Celu.class,
          Relu.class,
          Threshold.class,
          Elu.class,
          LeakyRelu.class);

  /** Creates the plugin, which has no state. */
  public BuiltInPlugin() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<WeightFormat> weightFormats() {
    return List.of(new SafetensorsFormat());
  }

  @Override
  public List<Class<? extends Layer>> layers() {
    return List.of(
        ActivationLayer.class,
        Add.class,
        Average.class,
        AveragePooling2D.class,
        BatchNormalization.class,
        ChannelSplit.class,
        ClassToken.class,
        Concatenate.class,
        Conv2D.class,
        Conv2DTranspose.class,
        Cropping2D.class,
        Dense.class,
        DepthwiseConv2D.class,
        Dropout.class,
        Embedding.class,
        Flatten.class,
        GlobalAveragePooling1D.class,
        GlobalAveragePooling2D.class,
        GlobalMaxPooling2D.class,
        Input.class,
        LayerNormalization.class,
        LayerScale.class,
        MaxPooling2D.class,
        Maximum.class,
        Minimum.class,
        MultiHeadAttention.class,
        Multiply.class,
        Normalization.class,
        PRelu.class,
        Permute.class,
        PositionEmbedding.class,
        Regularized.class,
        Rescaling.class,
        Reshape.class,
        Resizing.class,
        SelectPosition.class,
        Subtract.class,
        ZeroPadding2D.class);
  }

  @Override
  public List<Component<Loss>> losses() {
    return BuiltInLosses.all();
  }

  @Override
  public List<Component<Metric>> metrics() {
    return BuiltInMetrics.all();
  }

  @Override
  public List<Component<Optimizer>> optimizers() {
    return BuiltInOptimizers.all();
  }

  @Override
  public List<Component<LearningRateSchedule>> schedules() {
    return BuiltInSchedules.all();
  }

  @Override
  public List<Component<Activation>> activations() {
    return BuiltInActivations.all();
  }

  @Override
  public List<Component<Regularizer>> regularizers() {
    return BuiltInComponents.regularizers();
  }

  @Override
  public List<Component<Step>> steps() {
    return BuiltInComponents.steps();
  }

  @Override
  public List<Component<Callback>> callbacks() {
    return BuiltInComponents.callbacks();
  }

  @Override
  public List<Component<Initializer>> initializers() {
    return BuiltInComponents.initializers();
  }
}
