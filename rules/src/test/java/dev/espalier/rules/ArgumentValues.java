package dev.espalier.rules;

import dev.espalier.augment.color.GaussianBlur;
import dev.espalier.callbacks.LambdaCallback;
import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.core.Features;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.core.classifier.HeatMap;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.SoftLabels;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Graph;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetBuilder;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.models.resnet.ResNet;
import dev.espalier.models.resnet.ResNetBuilder;
import dev.espalier.onnx.Quantization;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.PublishedFile;
import dev.espalier.random.RandomKey;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.weights.pretrained.Pretrained;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values for parameters of any type: those that a caller means, and those that nobody means. */
final class ArgumentValues {
  private static final int DEEPEST = 4;

  private final Map<Class<?>, Object> usual = new HashMap<>();
  private final Map<Class<?>, Optional<Object>> made = new HashMap<>();
  private final Set<Class<?>> making = new HashSet<>();

  ArgumentValues(Path folder) {
    Dataset dataset =
        Datasets.ofArrays("dots", List.of("a", "b"), 2, 2, 3, new byte[48], new int[] {0, 0, 1, 1});
    give(int.class, 2);
    give(Integer.class, 2);
    give(long.class, 2L);
    give(Long.class, 2L);
    give(short.class, (short) 2);
    give(byte.class, (byte) 2);
    give(char.class, 'a');
    give(boolean.class, true);
    give(Boolean.class, true);
    give(float.class, .5f);
    give(Float.class, .5f);
    give(double.class, .5);
    give(Double.class, .5);
    give(String.class, "a");
    give(CharSequence.class, "a");
    give(Object.class, "a");
    give(Path.class, folder);
    give(File.class, folder.toFile());
    give(Throwable.class, new IllegalStateException("cause"));
    give(Exception.class, new IllegalStateException("cause"));
    give(RuntimeException.class, new IllegalStateException("cause"));
    give(
        PrintStream.class,
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    give(PrintWriter.class, new PrintWriter(Writer.nullWriter()));
    give(URI.class, URI.create("https://example.org/a"));
    give(Duration.class, Duration.ofSeconds(1));
    give(ClassLoader.class, ArgumentValues.class.getClassLoader());
    give(Class.class, Dense.class);
    Ops ops = new Ops();
    Tensor tensor = ops.softmax(ops.input("x", TensorType.float32(2)));
    give(Tensor.class, tensor);
    give(Graph.class, ops.toGraph());
    give(Node.class, ops.toGraph().nodes().get(1));
    give(Layer.class, Dense.of(2));
    give(LayerOutput.class, Input.of(4));
    give(Model.class, Sequential.of(Input.of(4), Dense.of(2)));
    give(Dataset.class, dataset);
    give(Image.class, Image.wrap(2, 2, 3, new byte[12]));
    give(Initializer.class, Initializers.zeros());
    give(Op.class, new Op.Softmax());
    give(Loss.class, Losses.meanSquaredError());
    give(Metric.class, Metrics.accuracy());
    give(Optimizer.class, Sgd.of(.1));
    give(LearningRateSchedule.class, new ConstantLearningRate(.1));
    give(HostArray.class, HostArray.wrap(Shape.of(2), 1, 2));
    give(RandomKey.class, RandomKey.ofSeed(1));
    give(SoftLabels.class, SoftLabels.of(new int[] {0, 1}, 2));
    give(
        Predictions.class,
        new Predictions(HostArray.wrap(Shape.of(1, 2), 0, 1), List.of("a", "b")));
    give(
        HeatMap.class,
        new HeatMap(HostArray.wrap(Shape.of(1, 1), 1), 0, "conv", HeatMap.Part.WHOLE));
    give(GaussianBlur.class, GaussianBlur.of(3, 1, 2));
    give(EfficientNetBuilder.class, EfficientNet.b0());
    PublishedFile file =
        new PublishedFile(
            "a.h5", URI.create("https://example.org/a.h5"), Checksum.sha256("c0e6a31c"), 1);
    give(CroppedResizing.class, CroppedResizing.of("bicubic 0.875"));
    give(Checksum.class, file.checksum());
    give(PublishedFile.class, file);
    give(
        PretrainedWeights.class,
        new PretrainedWeights(
            "imagenet", "net", true, file, List.of(), 2, 32, null, "example", Map.of(), null));
    give(Pretrained.class, Pretrained.IMAGENET);
    give(Loading.class, Loading.skip("dense"));
    give(FloatBuffer.class, FloatBuffer.allocate(2));
    give(ModelCheckpoint.class, ModelCheckpoint.toTemplate("{epoch}.safetensors"));
    give(FineTuning.class, FineTuning.of(Sequential.of(Input.image(4, 4, 3)), dataset));
    give(ImageModelBuilder.class, ResNet.resnet18());
    give(ResNetBuilder.class, ResNet.resnet50());
    give(PluginRegistry.Builder.class, PluginRegistry.builder());
    // Without a product, nothing is computed.
    Model identity = Sequential.of(Input.image(4, 4, 3));
    give(Quantization.class, Quantization.calibrate(identity, Stream.empty(), unusedEngine()));
    give(LabelledImages.class, images(folder.resolve("images")));
    catching(FitOptions.Builder.class, FitOptions::of);
    catching(EvaluationOptions.Builder.class, EvaluationOptions::of);
    catching(LambdaCallback.Hooks.class, LambdaCallback::of);
    catching(ClassifierOptions.Builder.class, ClassifierOptions::of);
    catching(DistributedOptions.Builder.class, DistributedOptions::of);
    catching(EngineOptions.Builder.class, EngineOptions::of);
    Features.of(
            "pool",
            builder -> {
              give(Features.Builder.class, builder);
              builder.add(0, 1f);
            })
        .close();
    catching(EngineSettings.Builder.class, EngineSettings::of);
    TrainingConfig.of(
        builder -> {
          give(TrainingConfig.Builder.class, builder);
          builder.optimizer(Sgd.of(.1)).loss(Losses.meanSquaredError());
        });
    Configuration.of(
        PluginRegistry.builder().build(), sources -> give(Configuration.Sources.class, sources));
    give(Augmentation.class, (Augmentation) (image, random) -> image);
    give(BatchAugmentation.class, (BatchAugmentation) (batch, random) -> batch);
  }

  /** Takes the builder that a method hands to its caller. */
  private <T> void catching(Class<T> type, Consumer<Consumer<T>> method) {
    method.accept(builder -> give(type, builder));
  }

  private static Engine unusedEngine() {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (engine, method, arguments) -> {
              throw new AssertionError(method);
            });
  }

  private static LabelledImages images(Path folder) {
    try {
      for (String name : List.of("a", "b")) {
        Files.createDirectories(folder.resolve(name));
        Files.write(folder.resolve(name).resolve("1.png"), new byte[] {0});
        Files.write(folder.resolve(name).resolve("2.png"), new byte[] {0});
      }
      return ImageFolder.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> void give(Class<T> type, T value) {
    usual.put(type, value);
  }

  /** Returns a value that the parameter is meant for. */
  Object usual(Type type) {
    return usual(type, 0)
        .orElseThrow(() -> new AssertionError("no value of " + type.getTypeName() + " is known"));
  }

  private Optional<Object> usual(Type type, int depth) {
    if (type instanceof WildcardType wildcard) {
      return usual(wildcard.getUpperBounds()[0], depth);
    }
    Class<?> raw = raw(type);
    Object known = usual.get(raw);
    if (known != null) {
      return Optional.of(known);
    }
    if (raw.isArray()) {
      Object array = Array.newInstance(raw.getComponentType(), 2);
      Optional<Object> element = usual(component(type, raw), depth);
      element.ifPresent(
          value -> {
            Array.set(array, 0, value);
            Array.set(array, 1, value);
          });
      return Optional.of(array);
    }
    if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
      return usual(argument(type, 0), depth).map(List::of);
    }
    if (raw == Set.class) {
      return usual(argument(type, 0), depth).map(Set::of);
    }
    if (raw == Map.class) {
      return usual(argument(type, 0), depth)
          .flatMap(key -> usual(argument(type, 1), depth).map(value -> Map.of(key, value)));
    }
    if (raw == Optional.class) {
      return usual(argument(type, 0), depth).map(Optional::of);
    }
    if (raw == Comparator.class) {
      return Optional.of(Comparator.naturalOrder());
    }
    if (raw == UnaryOperator.class) {
      return Optional.of(UnaryOperator.identity());
    }
    if (raw.isEnum()) {
      return Optional.of(raw.getEnumConstants()[0]);
    }
    Optional<Object> before = made.get(raw);
    if (before != null && before.isPresent()) {
      return before;
    }
    if (depth > DEEPEST || !making.add(raw)) {
      return Optional.empty();
    }
    try {
      Optional<Object> value = make(raw, depth + 1);
      made.put(raw, value);
      return value;
    } finally {
      making.remove(raw);
    }
  }

  private Optional<Object> make(Class<?> raw, int depth) {
    List<Executable> ways = new ArrayList<>();
    for (Method method : raw.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())
          && raw.isAssignableFrom(method.getReturnType())) {
        ways.add(method);
      }
    }
    if (!Modifier.isAbstract(raw.getModifiers())) {
      ways.addAll(List.of(raw.getConstructors()));
    }
    ways.sort(
        Comparator.comparingInt(Executable::getParameterCount).thenComparing(Executable::toString));
    for (Executable way : ways) {
      List<Object> arguments = new ArrayList<>();
      for (Type parameter : way.getGenericParameterTypes()) {
        usual(parameter, depth).ifPresent(arguments::add);
      }
      if (arguments.size() == way.getParameterCount()) {
        Optional<Object> value = made(way, arguments);
        if (value.isPresent()) {
          return value;
        }
      }
    }
    if (raw.isSealed()) {
      for (Class<?> permitted : raw.getPermittedSubclasses()) {
        Optional<Object> value = usual(permitted, depth);
        if (value.isPresent()) {
          return value;
        }
      }
    }
    return raw.isInterface() ? Optional.of(refusing(raw)) : Optional.empty();
  }

  private static Optional<Object> made(Executable way, List<Object> arguments) {
    try {
      return Optional.ofNullable(call(way, null, arguments.toArray()));
    } catch (InvocationTargetException e) {
      return Optional.empty(); // The next way may do.
    }
  }

  /** Returns an object that says of each call that it cannot be made. */
  private static Object refusing(Class<?> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "toString" -> type.getSimpleName();
              case "hashCode" -> 1;
              case "equals" -> proxy == arguments[0];
              default ->
                  throw new EspalierException(
                      ErrorCode.INVALID_ARGUMENT, "A fake cannot do that.", "Do not call it.");
            });
  }

  /** Returns values that nobody means, null among them where the type can be null. */
  List<@Nullable Object> odd(Type type) {
    if (type instanceof WildcardType wildcard) {
      return odd(wildcard.getUpperBounds()[0]);
    }
    Class<?> raw = raw(type);
    if (raw == int.class || raw == Integer.class) {
      return withNull(raw, -1, 0, 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (raw == long.class || raw == Long.class) {
      return withNull(raw, -1L, 0L, 1L, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (raw == float.class || raw == Float.class) {
      return withNull(
          raw,
          Float.NaN,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          -1f,
          0f,
          Float.MAX_VALUE,
          Float.MIN_VALUE);
    }
    if (raw == double.class || raw == Double.class) {
      return withNull(
          raw,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          -1.0,
          0.0,
          Double.MAX_VALUE,
          Double.MIN_VALUE);
    }
    if (raw.isPrimitive()) {
      return List.of();
    }
    if (raw == String.class) {
      return withNull(raw, "", " ", "\n", "%s*[(", "\u0000", "x".repeat(10_000));
    }
    List<@Nullable Object> values = new ArrayList<>();
    values.add(null);
    if (raw.isArray()) {
      Type component = component(type, raw);
      values.add(Array.newInstance(raw.getComponentType(), 0));
      for (Object element : odd(component)) {
        Object array = Array.newInstance(raw.getComponentType(), 2);
        Array.set(array, 0, usual(component));
        Array.set(array, 1, element);
        values.add(array);
      }
    } else if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
      values.add(List.of());
      for (Object element : odd(argument(type, 0))) {
        values.add(Arrays.asList(usual(argument(type, 0)), element));
      }
    } else if (raw == Set.class) {
      values.add(Set.of());
      values.add(Collections.singleton(null));
    } else if (raw == Map.class) {
      values.add(Map.of());
      Map<@Nullable Object, Object> nullKey = new LinkedHashMap<>();
      nullKey.put(null, usual(argument(type, 1)));
      values.add(nullKey);
      for (Object element : odd(argument(type, 1))) {
        Map<Object, @Nullable Object> odd = new LinkedHashMap<>();
        odd.put(usual(argument(type, 0)), element);
        values.add(odd);
      }
    } else if (raw == UnaryOperator.class) {
      values.add((UnaryOperator<@Nullable Object>) value -> null);
    }
    return values;
  }

  private static List<@Nullable Object> withNull(Class<?> type, Object... values) {
    List<@Nullable Object> result = new ArrayList<>(Arrays.asList(values));
    if (!type.isPrimitive()) {
      result.add(null);
    }
    return result;
  }

  static @Nullable Object call(Executable what, @Nullable Object receiver, Object[] arguments)
      throws InvocationTargetException {
    try {
      return what instanceof Constructor<?> constructor
          ? constructor.newInstance(arguments)
          : ((Method) what).invoke(receiver, arguments);
    } catch (IllegalAccessException | InstantiationException e) {
      throw new LinkageError(what + " is public and cannot be called", e);
    }
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    }
    if (type instanceof ParameterizedType parameterized) {
      return raw(parameterized.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return raw(array.getGenericComponentType()).arrayType();
    }
    if (type instanceof WildcardType wildcard) {
      return raw(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof TypeVariable<?> variable) {
      return raw(variable.getBounds()[0]);
    }
    throw new AssertionError(type);
  }

  private static Type component(Type type, Class<?> raw) {
    return type instanceof GenericArrayType array
        ? array.getGenericComponentType()
        : raw.getComponentType();
  }

  private static Type argument(Type type, int index) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[index]
        : Object.class;
  }
}
