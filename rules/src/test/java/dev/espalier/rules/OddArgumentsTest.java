package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NullChecks;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.model.Sequential;
import dev.espalier.model.SummaryOptions;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.random.RandomKey;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.TrainingProgress;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What makes or changes a value of the public API takes an argument or refuses it by an {@link
 * EspalierException}, whatever the argument is.
 */
class OddArgumentsTest {
  private static final Set<String> MODULES =
      Set.of(
          "api",
          "core",
          "augment",
          "callbacks",
          "datasets",
          "models",
          "weights",
          "download",
          "onnx");

  @TempDir Path folder;

  @Test
  void everyArgumentIsTakenOrRefusedInWords() {
    ArgumentValues values = new ArgumentValues(folder);
    List<String> wrong = new ArrayList<>();
    int calls = 0;
    for (Executable entry : entries()) {
      Parameter[] parameters = entry.getParameters();
      for (int i = 0; i < parameters.length; i++) {
        for (Object odd : values.odd(parameters[i].getParameterizedType())) {
          calls++;
          String problem = problem(values, entry, i, odd);
          if (problem != null) {
            wrong.add(
                entry.getDeclaringClass().getName()
                    + "."
                    + entry.getName()
                    + ": "
                    + parameters[i].getName()
                    + " = "
                    + shown(odd)
                    + ": "
                    + problem);
          }
        }
      }
    }
    assertThat(calls).isGreaterThan(3000);
    assertThat(wrong).isEmpty();
  }

  static @Nullable String problem(
      ArgumentValues values, Executable entry, int index, @Nullable Object odd) {
    Object[] arguments = new Object[entry.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == index ? odd : values.usual(entry.getGenericParameterTypes()[i]);
    }
    boolean called = entry instanceof Constructor || Modifier.isStatic(entry.getModifiers());
    Object receiver = called ? null : values.usual(entry.getDeclaringClass());
    try {
      use(ArgumentValues.call(entry, receiver, arguments));
    } catch (EspalierException e) {
      return null;
    } catch (RuntimeException | Error e) {
      return "when used: " + e + " at " + e.getStackTrace()[0];
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof EspalierException) {
        return null;
      }
      StackTraceElement[] trace = e.getCause().getStackTrace();
      return e.getCause() + " at " + (trace.length == 0 ? "?" : trace[0]);
    }
    return odd == null && !nullable(entry, index) ? "null is taken" : null;
  }

  /** What is only looked at when it is used must be as good then. */
  private static void use(@Nullable Object made) {
    if (made instanceof Layer layer) {
      LayerOutput image = Input.image(4, 4, 3);
      layer.on(image);
      Sequential.of(image, layer, Flatten.create(), Dense.of(2)).summary();
    } else if (made instanceof Augmentation augmentation) {
      augmentation.apply(Image.wrap(4, 4, 3, new byte[48]), RandomKey.ofSeed(1).stream());
    } else if (made instanceof BatchAugmentation augmentation) {
      Image image = Image.wrap(4, 4, 3, new byte[48]);
      SoftLabels labels = SoftLabels.of(new int[] {0, 1}, 2);
      augmentation.apply(
          new ImageBatch(List.of(image, image), labels), RandomKey.ofSeed(1).stream());
    } else if (made instanceof Initializer initializer) {
      initializer.create(DataType.FLOAT32, Shape.of(2, 3), RandomKey.ofSeed(1).stream());
    } else if (made instanceof LearningRateSchedule schedule) {
      schedule.at(new TrainingProgress(0, 1));
      schedule.at(new TrainingProgress(Long.MAX_VALUE, Integer.MAX_VALUE));
    } else if (made instanceof Metric metric) {
      Ops ops = new Ops();
      Tensor weights = ops.input("weights", TensorType.float32(Shape.UNKNOWN));
      ops.within(metric.name(), () -> metric.accumulate(ops, labels(ops), scores(ops), weights));
    } else if (made instanceof Loss loss) {
      Ops ops = new Ops();
      ops.within(loss.name(), () -> loss.call(ops, labels(ops), scores(ops)));
    } else if (made instanceof SummaryOptions options) {
      Sequential.of(Input.of(2), Dense.of(2)).summary(defaults -> options);
    } else if (made instanceof ImageModelBuilder<?> builder) {
      builder.build();
    }
  }

  private static Tensor labels(Ops ops) {
    return ops.input("label", TensorType.float32(Shape.UNKNOWN, 3));
  }

  private static Tensor scores(Ops ops) {
    return ops.input("scores", TensorType.float32(Shape.UNKNOWN, 3));
  }

  private static boolean nullable(Executable entry, int index) {
    AnnotatedType type = entry.getAnnotatedParameterTypes()[index];
    return type.isAnnotationPresent(Nullable.class);
  }

  private static String shown(@Nullable Object value) {
    String text =
        value instanceof Object[] array
            ? Arrays.toString(array)
            : value instanceof int[] ints
                ? Arrays.toString(ints)
                : value instanceof double[] doubles
                    ? Arrays.toString(doubles)
                    : String.valueOf(value);
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  /** Returns the constructors, static methods, and methods that return their own type. */
  static List<Executable> entries() {
    return EspalierCode.classes().stream()
        .filter(type -> MODULES.contains(EspalierCode.module(type)))
        .filter(type -> !type.getPackageName().contains(".internal"))
        .filter(
            type -> !type.isEquivalentTo(NullChecks.class)) // What checks does not check itself.
        .map(JavaClass::reflect)
        .filter(OddArgumentsTest::isPublic)
        .sorted(Comparator.comparing(Class::getName))
        .flatMap(OddArgumentsTest::entries)
        .toList();
  }

  static Stream<Executable> entries(Class<?> type) {
    Stream<Constructor<?>> constructors =
        Modifier.isAbstract(type.getModifiers()) ? Stream.of() : Stream.of(type.getConstructors());
    Stream<Method> methods =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .filter(
                method ->
                    Modifier.isStatic(method.getModifiers()) || method.getReturnType() == type)
            .filter(method -> !type.isEnum() || !method.getName().equals("valueOf"));
    return Stream.concat(constructors, methods)
        .map(Executable.class::cast)
        .sorted(Comparator.comparing(Executable::toString));
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
  }
}
