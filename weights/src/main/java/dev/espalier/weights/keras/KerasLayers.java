package dev.espalier.weights.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.Average;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Embedding;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.LayerScale;
import dev.espalier.layer.Maximum;
import dev.espalier.layer.Minimum;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.PRelu;
import dev.espalier.layer.Permute;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.Subtract;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.convolution.Cropping2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.AveragePooling2D;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.preprocessing.Resizing;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes layers of the configurations of Keras' layers. */
final class KerasLayers {
  /** What makes a layer once the shapes of its inputs are known. */
  interface Factory {
    Layer layer(List<LayerOutput> inputs);
  }

  private static final Map<String, Function<LayerConfig, Factory>> KNOWN = new HashMap<>();

  /** These hold code, or stand for a call of a function, which a file must not bring. */
  private static final List<String> CODE =
      List.of(
          "Lambda",
          "TFOpLambda",
          "SlicingOpLambda",
          "TensorFlowOpLayer",
          "TorchModuleWrapper",
          "TFSMLayer",
          "JaxLayer",
          "FlaxLayer");

  /** These change nothing but what a training sees. */
  private static final List<String> RANDOM =
      List.of(
          "AlphaDropout",
          "AugMix",
          "GaussianDropout",
          "GaussianNoise",
          "RandAugment",
          "RandomBrightness",
          "RandomColorDegeneration",
          "RandomColorJitter",
          "RandomContrast",
          "RandomElasticTransform",
          "RandomErasing",
          "RandomFlip",
          "RandomGaussianBlur",
          "RandomGrayscale",
          "RandomHue",
          "RandomInvert",
          "RandomPerspective",
          "RandomPosterization",
          "RandomRotation",
          "RandomSaturation",
          "RandomSharpness",
          "RandomShear",
          "RandomTranslation",
          "RandomZoom");

  static {
    for (String name : List.of("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax")) {
      simple(name, config -> new ActivationLayer(KerasValues.ofLayer(config)));
    }
    simple("PReLU", KerasLayers::prelu);
    for (String name : RANDOM) {
      KNOWN.put(name, KerasLayers::leftOut);
    }
    simple("Identity", config -> new ActivationLayer(Activation.LINEAR));
    simple("Add", config -> Add.create());
    simple("Average", config -> Average.create());
    simple("Maximum", config -> Maximum.create());
    simple("Minimum", config -> Minimum.create());
    simple("Multiply", config -> Multiply.create());
    simple("Subtract", config -> Subtract.create());
    simple("Permute", config -> new Permute(config.integers("dims")));
    simple("Concatenate", KerasLayers::concatenate);
    simple("Flatten", config -> Flatten.create());
    simple("Reshape", config -> new Reshape(config.integers("target_shape")));
    simple("Dropout", KerasLayers::dropout);
    simple("SpatialDropout1D", config -> spatial(config, -1, 1, -1));
    simple("SpatialDropout2D", config -> spatial(config, -1, 1, 1, -1));
    simple("Dense", KerasLayers::dense);
    simple("Embedding", KerasLayers::embedding);
    simple("Conv2D", KerasConvolutions::conv2d);
    KNOWN.put("DepthwiseConv2D", KerasConvolutions::depthwise);
    simple("Conv2DTranspose", KerasConvolutions::transposed);
    KNOWN.put("SeparableConv2D", KerasConvolutions::separable);
    simple("Cropping2D", KerasLayers::cropping);
    simple("ZeroPadding2D", KerasLayers::zeroPadding);
    simple(
        "MaxPooling2D",
        config ->
            new MaxPooling2D(
                config.size("pool_size", 2),
                KerasConvolutions.poolStrides(config),
                config.padding()));
    simple(
        "AveragePooling2D",
        config ->
            new AveragePooling2D(
                config.size("pool_size", 2),
                KerasConvolutions.poolStrides(config),
                config.padding()));
    simple(
        "GlobalAveragePooling2D",
        config -> new GlobalAveragePooling2D(config.flag("keepdims", false)));
    simple("GlobalMaxPooling2D", config -> new GlobalMaxPooling2D(config.flag("keepdims", false)));
    simple(
        "GlobalAveragePooling1D",
        config -> new GlobalAveragePooling1D(config.flag("keepdims", false)));
    KNOWN.put("BatchNormalization", config -> onLastAxis(config, batchNormalization(config)));
    KNOWN.put("LayerNormalization", config -> onLastAxis(config, layerNormalization(config)));
    simple("LayerScale", KerasLayers::layerScale);
    KNOWN.put("StochasticDepth", KerasLayers::stochasticDepth);
    KNOWN.put("Normalization", config -> onLastAxis(config, normalization(config)));
    simple("Rescaling", KerasLayers::rescaling);
    simple("Resizing", KerasLayers::resizing);
    KNOWN.put("UpSampling2D", KerasLayers::upSampling);
    KNOWN.put("MultiHeadAttention", KerasLayers::attention);
  }

  private KerasLayers() {}

  private static void simple(String name, Function<LayerConfig, Layer> converter) {
    KNOWN.put(
        name,
        config -> {
          Layer layer = converter.apply(config);
          return inputs -> layer;
        });
  }

  /**
   * Returns what makes the layer. What has no counterpart is noted as a problem, and a layer that
   * does nothing is returned in its place.
   *
   * @param module where the class stands in Keras, or empty if the file does not tell
   */
  static Factory of(LayerConfig config, String module) {
    String name = config.className().replaceFirst("(?<=BatchNormalization)V[12]$", "");
    Function<LayerConfig, Factory> converter = KNOWN.get(name);
    boolean foreign =
        !module.isEmpty()
            && !module.matches("(tf_)?keras(\\..*)?|tensorflow\\.(python\\.)?keras(\\..*)?");
    if (CODE.contains(name)) {
      config.unsupported("runs Python code, which is never loaded");
    } else if (foreign) {
      config.unsupported("a class of its own, of " + module);
    } else if (converter == null && module.contains(".ops.")) {
      config.unsupported("an operation outside of a layer");
    } else if (converter == null) {
      config.unsupported("no such layer");
    } else {
      checkCommon(config);
      return converter.apply(config);
    }
    return inputs -> new ActivationLayer(Activation.LINEAR);
  }

  /** Notes settings that every layer may have and none may have here. */
  static void checkCommon(LayerConfig config) {
    config.only("data_format", "channels_last");
    config.absent("activity_regularizer");
    config.absent("quantization_config");
    config.keys().stream().filter(key -> key.endsWith("_constraint")).forEach(config::absent);
    JsonElement type = config.get("dtype");
    if (type != null && type.isJsonObject()) {
      JsonElement inner = type.getAsJsonObject().get("config");
      type = inner instanceof JsonObject policy ? policy.get("name") : inner;
    }
    if (type != null && !"float32".equals(KerasJson.text(type))) {
      config.unsupported("dtype " + (KerasJson.text(type) == null ? "" : KerasJson.text(type)));
    }
  }

  /** Notes a layer that has no counterpart but does nothing outside of a training. */
  private static Factory leftOut(LayerConfig config) {
    config.leftOut();
    return inputs -> new ActivationLayer(Activation.LINEAR);
  }

  private static Layer prelu(LayerConfig config) {
    List<Integer> shared =
        config.get("shared_axes") == null ? List.of() : config.integers("shared_axes");
    PRelu layer =
        new PRelu(
            KerasValues.initializer(config, "alpha_initializer", Initializers.zeros()), shared);
    return KerasValues.regularized(config, layer, List.of("alpha"));
  }

  private static Layer concatenate(LayerConfig config) {
    return config.get("axis") == null
        ? Concatenate.create()
        : new Concatenate(config.integers("axis").get(0));
  }

  private static Layer dropout(LayerConfig config) {
    Dropout layer = Dropout.of(config.number("rate", 0.5));
    List<JsonElement> shape = KerasJson.list(config.get("noise_shape"));
    if (shape == null) {
      return layer;
    }
    int[] sizes =
        shape.stream()
            .mapToInt(
                size -> {
                  Integer known = size.isJsonNull() ? Integer.valueOf(-1) : KerasJson.integer(size);
                  return known == null ? 0 : known;
                })
            .toArray();
    return layer.noiseShape(sizes);
  }

  private static Layer spatial(LayerConfig config, int... noiseShape) {
    return Dropout.of(config.number("rate", 0.5)).noiseShape(noiseShape);
  }

  private static Layer dense(LayerConfig config) {
    config.absent("lora_rank");
    Dense layer =
        new Dense(
            config.count("units"),
            config.flag("use_bias", true),
            KerasValues.activation(config, "activation"),
            KerasValues.initializer(config, "kernel_initializer", Initializers.glorotUniform()),
            KerasValues.initializer(config, "bias_initializer", Initializers.zeros()));
    return KerasValues.regularized(config, layer, List.of("kernel", "bias"));
  }

  private static Layer embedding(LayerConfig config) {
    config.only("mask_zero", false);
    config.absent("lora_rank");
    Embedding layer =
        new Embedding(
            config.count("input_dim"),
            config.count("output_dim"),
            KerasValues.initializer(
                config, "embeddings_initializer", Initializers.randomUniform(0.05)));
    return KerasValues.regularized(config, layer, List.of("embeddings"));
  }

  private static Layer zeroPadding(LayerConfig config) {
    Borders borders = borders(config, "padding");
    return new ZeroPadding2D(borders.top(), borders.bottom(), borders.left(), borders.right());
  }

  private static Layer cropping(LayerConfig config) {
    Borders borders = borders(config, "cropping");
    return new Cropping2D(borders.top(), borders.bottom(), borders.left(), borders.right());
  }

  private record Borders(int top, int bottom, int left, int right) {}

  /** Reads one number for all sides, one for rows and one for columns, or one for each side. */
  private static Borders borders(LayerConfig config, String key) {
    List<JsonElement> sides = KerasJson.list(config.get(key));
    JsonElement rows = sides == null ? config.get(key) : first(config, key, sides);
    JsonElement columns = sides == null ? rows : sides.get(sides.size() - 1);
    return new Borders(
        border(config, key, rows, true),
        border(config, key, rows, false),
        border(config, key, columns, true),
        border(config, key, columns, false));
  }

  private static JsonElement first(LayerConfig config, String key, List<JsonElement> list) {
    if (list.size() != 2) {
      throw config.invalid(key, "there are not two entries, but " + list.size());
    }
    return list.get(0);
  }

  private static int border(
      LayerConfig config, String key, @Nullable JsonElement axis, boolean before) {
    List<JsonElement> both = KerasJson.list(axis);
    return config.border(
        key, both == null ? axis : before ? first(config, key, both) : both.get(1));
  }

  private static Layer batchNormalization(LayerConfig config) {
    config.only("renorm", false);
    config.only("virtual_batch_size");
    config.only("synchronized", false);
    BatchNormalization layer =
        new BatchNormalization(
            config.number("momentum", 0.99),
            config.number("epsilon", 1e-3),
            config.flag("center", true),
            config.flag("scale", true));
    return KerasValues.regularized(config, layer, List.of("gamma", "beta"));
  }

  private static Layer layerNormalization(LayerConfig config) {
    config.only("rms_scaling", false);
    LayerNormalization layer =
        new LayerNormalization(
            config.number("epsilon", 1e-3),
            config.flag("center", true),
            config.flag("scale", true));
    return KerasValues.regularized(config, layer, List.of("gamma", "beta"));
  }

  /** {@code keras.applications} defines this layer and the next for its ConvNeXt. */
  private static Layer layerScale(LayerConfig config) {
    return new LayerScale(Initializers.constant(config.number("init_values", 1e-6)));
  }

  private static Factory stochasticDepth(LayerConfig config) {
    Dropout dropout = Dropout.of(config.number("drop_path_rate", 0));
    return inputs -> {
      int[] ones = new int[inputs.get(0).shape().rank()];
      Arrays.fill(ones, 1);
      ones[0] = Shape.UNKNOWN;
      return dropout.noiseShape(ones);
    };
  }

  private static Layer normalization(LayerConfig config) {
    config.only("invert", false);
    if (config.get("mean") == null || config.get("variance") == null) {
      return Normalization.create();
    }
    return Normalization.constant(config.numbers("mean", 0), config.numbers("variance", 1));
  }

  /** Returns a layer for the last axis only, however its number is counted. */
  private static Factory onLastAxis(LayerConfig config, Layer layer) {
    boolean named = config.keys().contains("axis");
    if (named && config.get("axis") == null) {
      config.unsupported("axis null");
      return inputs -> layer;
    }
    List<Integer> axes = named ? config.integers("axis") : List.of(-1);
    return inputs -> {
      boolean last =
          axes.size() == 1
              && (axes.get(0) == -1
                  || inputs.stream().allMatch(x -> axes.get(0) == x.shape().rank() - 1));
      if (!last) {
        config.refuse("axis " + axes + ", which is not the last");
      }
      return layer;
    };
  }

  private static Layer rescaling(LayerConfig config) {
    return new Rescaling(config.numbers("scale", 1), config.numbers("offset", 0));
  }

  private static Layer resizing(LayerConfig config) {
    for (String key : List.of("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")) {
      config.only(key, false);
    }
    return new Resizing(config.count("height"), config.count("width"), interpolation(config));
  }

  private static Interpolation interpolation(LayerConfig config) {
    config.only("interpolation", "bilinear", "nearest");
    boolean nearest = config.text("interpolation", "bilinear").equals("nearest");
    return nearest ? Interpolation.NEAREST : Interpolation.BILINEAR;
  }

  private static Factory upSampling(LayerConfig config) {
    Size2d factor = config.size("size", 2);
    Interpolation interpolation =
        config.get("interpolation") == null ? Interpolation.NEAREST : interpolation(config);
    return inputs -> {
      Shape shape = image(config, inputs);
      return new Resizing(
          Math.multiplyExact(shape.size(1), factor.height()),
          Math.multiplyExact(shape.size(2), factor.width()),
          interpolation);
    };
  }

  /** Returns the shape of the input, which must be images. */
  static Shape image(LayerConfig config, List<LayerOutput> inputs) {
    Shape shape = inputs.get(0).shape();
    if (shape.rank() != 4) {
      throw config.invalid("inbound_nodes", "the input is no image, but " + shape);
    }
    return shape;
  }

  private static Factory attention(LayerConfig config) {
    config.absent("output_shape");
    config.only("use_gate", false);
    config.absent("sliding_window");
    int keyDim = config.count("key_dim");
    MultiHeadAttention layer =
        new MultiHeadAttention(
            config.count("num_heads"),
            keyDim,
            config.count("value_dim", keyDim),
            config.number("dropout", 0),
            config.flag("use_bias", true),
            KerasValues.initializer(config, "kernel_initializer", Initializers.glorotUniform()),
            KerasValues.initializer(config, "bias_initializer", Initializers.zeros()));
    KerasValues.regularized(config, layer, List.of());
    if (config.get("attention_axes") != null
        && !config.integers("attention_axes").equals(List.of(1))) {
      config.unsupported("attention_axes " + config.shown("attention_axes"));
    }
    return inputs -> layer;
  }
}
