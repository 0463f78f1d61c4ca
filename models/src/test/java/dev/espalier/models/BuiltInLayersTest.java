package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Threshold;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Embedding;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerScale;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.PRelu;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.attention.ClassToken;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.attention.SelectPosition;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.AveragePooling2D;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.preprocessing.Resizing;
import dev.espalier.model.Model;
import dev.espalier.testkit.model.LayerContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Built-in layers on all engines; here, because this module's tests have all of them. */
class BuiltInLayersTest {
  /** The contract for a layer that takes one input or more. */
  private abstract static class Contract extends LayerContract {
    private final Layer layer;
    private final List<TensorType> inputs;

    Contract(Layer layer, Shape... inputs) {
      this(
          layer,
          (inputs.length == 0 ? List.of(Shape.of(6, 6, 4)) : List.of(inputs))
              .stream().map(shape -> new TensorType(DataType.FLOAT32, shape)).toList());
    }

    Contract(Layer layer, List<TensorType> inputs) {
      this.layer = layer;
      this.inputs = inputs;
    }

    @Override
    protected Layer layer() {
      return layer;
    }

    @Override
    protected List<TensorType> inputTypes() {
      return inputs;
    }

    @Override
    public Model saveAndRead(Model model, Path file) {
      ModelFile.save(file, model);
      return ModelFile.read(file, PluginRegistry.builder().build()).model();
    }
  }

  @Nested
  class Convolution extends Contract {
    Convolution() {
      super(Conv2D.of(5, 3).padding(Padding.SAME).strides(2).activation(Activation.SWISH));
    }
  }

  @Nested
  class GroupedConvolution extends Contract {
    GroupedConvolution() {
      super(Conv2D.of(6, 3).groups(2).padding(Padding.SAME).activation(Activation.TANH));
    }
  }

  @Nested
  class TransposedConvolution extends Contract {
    TransposedConvolution() {
      super(Conv2DTranspose.of(3, 3).strides(2).padding(Padding.SAME));
    }
  }

  @Nested
  class DilatedTransposedConvolution extends Contract {
    DilatedTransposedConvolution() {
      super(Conv2DTranspose.of(3, 3).strides(2).dilation(2).outputPadding(1));
    }
  }

  @Nested
  class PaddedTransposedConvolution extends Contract {
    PaddedTransposedConvolution() {
      super(
          Conv2DTranspose.of(3, 1)
              .strides(3)
              .padding(Padding.SAME)
              .outputPadding(new Conv2DTranspose.OutputPadding(2, 0)));
    }
  }

  @Nested
  class Split extends Contract {
    Split() {
      super(ChannelSplit.of(2));
    }
  }

  @Nested
  class Depthwise extends Contract {
    Depthwise() {
      super(DepthwiseConv2D.of(3));
    }
  }

  @Nested
  class Norm extends Contract {
    Norm() {
      super(BatchNormalization.create());
    }
  }

  @Nested
  class LayerNorm extends Contract {
    LayerNorm() {
      super(LayerNormalization.create(), Shape.of(3, 8));
    }
  }

  @Nested
  class SelfAttention extends Contract {
    SelfAttention() {
      super(MultiHeadAttention.of(2, 3).dropout(0.3), Shape.of(4, 5));
    }
  }

  @Nested
  class CausalAttention extends Contract {
    CausalAttention() {
      super(MultiHeadAttention.of(2, 3).useCausalMask(true), Shape.of(4, 5));
    }
  }

  @Nested
  class MaskedAttention extends Contract {
    MaskedAttention() {
      super(
          MultiHeadAttention.of(2, 3).attentionMask(true).useCausalMask(true),
          List.of(
              new TensorType(DataType.FLOAT32, Shape.of(4, 5)),
              new TensorType(DataType.INT32, Shape.of(4))));
    }
  }

  @Nested
  class CrossAttention extends Contract {
    CrossAttention() {
      super(MultiHeadAttention.of(2, 3).valueDim(4), Shape.of(4, 5), Shape.of(3, 6));
    }
  }

  @Nested
  class Token extends Contract {
    Token() {
      super(ClassToken.create(), Shape.of(4, 5));
    }
  }

  @Nested
  class Positions extends Contract {
    Positions() {
      super(PositionEmbedding.create(), Shape.of(4, 5));
    }
  }

  @Nested
  class OnePosition extends Contract {
    OnePosition() {
      super(SelectPosition.of(-1), Shape.of(4, 5));
    }
  }

  @Nested
  class MeanOfPositions extends Contract {
    MeanOfPositions() {
      super(GlobalAveragePooling1D.create(), Shape.of(4, 5));
    }
  }

  @Nested
  class Lookup extends Contract {
    Lookup() {
      super(Embedding.of(4, 3), Shape.of(2));
    }
  }

  @Nested
  class LookupOfIndices extends Contract {
    LookupOfIndices() {
      super(Embedding.of(4, 3), List.of(new TensorType(DataType.INT32, Shape.of(2))));
    }
  }

  @Nested
  class FullyConnected extends Contract {
    FullyConnected() {
      super(Dense.of(3).activation(Activation.SOFTMAX), Shape.of(8));
    }
  }

  @Nested
  class Drop extends Contract {
    Drop() {
      super(Dropout.of(0.4));
    }
  }

  @Nested
  class Swish extends Contract {
    Swish() {
      super(ActivationLayer.of(Activation.SWISH));
    }
  }

  @Nested
  class Relu extends Contract {
    Relu() {
      super(ActivationLayer.of(Activation.RELU));
    }
  }

  @Nested
  class GatedLinearUnit extends Contract {
    GatedLinearUnit() {
      super(Conv2D.of(6, 1).activation(Activation.GLU));
    }
  }

  @Nested
  class SparseProbabilities extends Contract {
    SparseProbabilities() {
      super(Dense.of(5).activation(Activation.SPARSEMAX), Shape.of(3, 8));
    }
  }

  @Nested
  class SparseSoftplus extends Contract {
    SparseSoftplus() {
      super(ActivationLayer.of(Activation.SPARSE_PLUS));
    }
  }

  @Nested
  class Thresholded extends Contract {
    Thresholded() {
      super(ActivationLayer.of(new Threshold(.1, -.5)));
    }
  }

  @Nested
  class LeakyRectifier extends Contract {
    LeakyRectifier() {
      super(ActivationLayer.of(new LeakyRelu(.1)));
    }
  }

  @Nested
  class ScaledElu extends Contract {
    ScaledElu() {
      super(ActivationLayer.of(new Elu(1.5)));
    }
  }

  @Nested
  class LearnedSlopes extends Contract {
    LearnedSlopes() {
      super(PRelu.create().alphaInitializer(Initializers.randomNormal(1)).sharedAxes(1, 2));
    }
  }

  @Nested
  class ScaledChannels extends Contract {
    ScaledChannels() {
      super(LayerScale.create().gammaInitializer(Initializers.randomNormal(1)));
    }
  }

  @Nested
  class Sum extends Contract {
    Sum() {
      super(Add.create(), Shape.of(4, 4, 3), Shape.of(4, 4, 3));
    }
  }

  @Nested
  class Product extends Contract {
    Product() {
      super(Multiply.create(), Shape.of(4, 4, 3), Shape.of(1, 1, 3));
    }
  }

  @Nested
  class Joined extends Contract {
    Joined() {
      super(Concatenate.create(), Shape.of(4, 4, 3), Shape.of(4, 4, 2));
    }
  }

  @Nested
  class Mean extends Contract {
    Mean() {
      super(GlobalAveragePooling2D.create());
    }
  }

  @Nested
  class MeanPooling extends Contract {
    MeanPooling() {
      super(AveragePooling2D.of(2));
    }
  }

  @Nested
  class Largest extends Contract {
    Largest() {
      super(GlobalMaxPooling2D.create());
    }
  }

  @Nested
  class MaxPooling extends Contract {
    MaxPooling() {
      super(MaxPooling2D.of(2));
    }
  }

  @Nested
  class Flat extends Contract {
    Flat() {
      super(Flatten.create());
    }
  }

  @Nested
  class Scaled extends Contract {
    Scaled() {
      super(Rescaling.of(0.5));
    }
  }

  @Nested
  class OtherShape extends Contract {
    OtherShape() {
      super(Reshape.of(3, 12, 4));
    }
  }

  @Nested
  class Larger extends Contract {
    Larger() {
      super(Resizing.of(9, 7));
    }
  }

  @Nested
  class Padded extends Contract {
    Padded() {
      super(ZeroPadding2D.of(1, 2, 0, 1));
    }
  }
}
