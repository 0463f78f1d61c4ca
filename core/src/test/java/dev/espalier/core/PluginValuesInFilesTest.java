package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.activation.Celu;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.core.internal.file.SafetensorsReader;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.PRelu;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import dev.espalier.random.RandomStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Activations and initializers, built-in and of plugins, in model files. */
class PluginValuesInFilesTest {
  private record ScaledTanh(double scale, Activation inner) implements Activation {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(inner.apply(ops, x), scale);
    }
  }

  /** Constants of a plugin, one of which has the name of one that everybody knows. */
  private enum Waves implements Activation {
    RELU {
      @Override
      public Tensor apply(Ops ops, Tensor x) {
        return ops.square(x);
      }
    }
  }

  private record Ramp(double step) implements Initializer {
    @Override
    public HostArray create(DataType dataType, Shape shape, RandomStream random) {
      float[] values = new float[Math.toIntExact(shape.elementCount())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (i * step);
      }
      return HostArray.wrap(shape, values);
    }
  }

  /** Has the name of a built-in one. */
  private record Constant(double other) implements Initializer {
    @Override
    public HostArray create(DataType dataType, Shape shape, RandomStream random) {
      return Initializers.zeros().create(dataType, shape, random);
    }
  }

  private static class ThisPlugin implements Plugin {
    private static final OptionDescription<Double> SCALE =
        OptionDescription.number("scale", 0, 9, "Factor.");
    private static final OptionDescription<Double> STEP =
        OptionDescription.number("step", 0, 9, "Step.").withDefault(0.5);

    @Override
    public String id() {
      return "this";
    }

    @Override
    public List<Component<Activation>> activations() {
      return List.of(
          Component.<Activation>of(
                  "scaled-tanh",
                  "A tanh.",
                  List.of(SCALE),
                  options -> new ScaledTanh(options.get(SCALE), Activation.TANH))
              .making(ScaledTanh.class),
          Component.of("wave", "A square.", Waves.RELU));
    }

    @Override
    public List<Component<Initializer>> initializers() {
      return List.of(
          Component.of("ramp", "A ramp.", List.of(STEP), options -> new Ramp(options.get(STEP))));
    }
  }

  private static final PluginRegistry REGISTRY =
      PluginRegistry.builder().add(new ThisPlugin()).build();

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.safetensors");
  }

  private String save(Model model) {
    ModelFile.save(file(), ModelFileTest.withRandomValues(model));
    return Objects.requireNonNull(SafetensorsReader.read(file()).metadata().get("espalier"));
  }

  private static List<?> layers(Model model) {
    return model.nodes().stream().map(LayerOutput::plainLayer).toList();
  }

  @Test
  void constantsAreWrittenByNameAloneAsInFilesOfAllVersions() {
    for (Activation constant : Activation.constants().values()) {
      Model model =
          Sequential.of(
              Input.of(4), Dense.of(4).activation(constant), ActivationLayer.of(constant));
      assertThat(save(model)).contains("\"activation\":\"" + constant + "\"");
      assertThat(layers(ModelFile.read(file(), PluginRegistry.builder().build()).model()))
          .isEqualTo(layers(model));
    }
  }

  @Test
  void builtInActivationsWithParametersComeBack() {
    Model model =
        Sequential.of(
            Input.of(4),
            Dense.of(3).activation(new LeakyRelu(0.1)),
            ActivationLayer.of(new Elu(2)),
            ActivationLayer.of(new Celu(0.5)),
            PRelu.create().alphaInitializer(Initializers.ones()));
    assertThat(save(model)).contains("\"activation\":{\"class\":\"LeakyRelu\",\"slope\":0.1}");
    assertThat(layers(ModelFile.read(file(), PluginRegistry.builder().build()).model()))
        .isEqualTo(layers(model));
  }

  @Test
  void whatAPluginBringsComesBackAndAReaderWithoutThePluginSaysWhatIsMissing() {
    Model model =
        Sequential.of(
            Input.of(4),
            Dense.of(3)
                .activation(new ScaledTanh(2, new ScaledTanh(3, Waves.RELU)))
                .kernelInitializer(new Ramp(0.25)),
            ActivationLayer.of(Waves.RELU),
            ActivationLayer.of(Activation.RELU));
    save(model);
    assertThat(layers(ModelFile.read(file(), REGISTRY).model())).isEqualTo(layers(model));
    PluginRegistry without = PluginRegistry.builder().build();
    assertThatThrownBy(() -> ModelFile.read(file(), without))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.problem()).contains("There is no Activation named \"ScaledTanh\"");
              assertThat(e.remedy())
                  .startsWith("Add the plugin that provides it to the class path.");
            });
  }

  @Test
  void whatCanNeverBeReadIsNotWritten() {
    Model lambda = Sequential.of(Input.of(4), Dense.of(2).activation((ops, x) -> ops.square(x)));
    assertThatThrownBy(() -> save(lambda))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("at the layer dense, activation there is a ")
        .hasMessageContaining("not a lambda (in Kotlin: @JvmRecord data class)");
    Model taken = Sequential.of(Input.of(4), Dense.of(2).kernelInitializer(new Constant(1)));
    assertThatThrownBy(() -> save(taken))
        .as("a reader would take it for the built-in one")
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("at the layer dense, kernelInitializer there is a ")
        .hasMessageContaining("with a name that nothing in Espalier has");
    assertThat(file()).doesNotExist();
  }

  @Test
  void theyAreMadeByNameWithCheckedOptions() {
    assertThat(REGISTRY.activations().create("scaled-tanh", Map.of("scale", "2")))
        .isEqualTo(new ScaledTanh(2, Activation.TANH));
    assertThat(REGISTRY.activations().create("relu")).isEqualTo(Activation.RELU);
    assertThat(REGISTRY.activations().create("leaky-relu", Map.of("slope", "0.1")))
        .isEqualTo(new LeakyRelu(0.1));
    assertThat(REGISTRY.activations().create("leaky-relu")).isEqualTo(Activation.LEAKY_RELU);
    assertThat(REGISTRY.activations().create("elu")).isEqualTo(Activation.ELU);
    assertThat(REGISTRY.initializers().create("ramp")).isEqualTo(new Ramp(0.5));
    assertThatThrownBy(() -> REGISTRY.activations().create("scaled-tan"))
        .hasMessageContaining("There is no activation named \"scaled-tan\"")
        .hasMessageContaining("names: scaled-tanh, hard-tanh");
    List<String> names =
        Activation.constants().keySet().stream()
            .filter(name -> !name.endsWith("silu"))
            .map(name -> name.replace('_', '-'))
            .toList();
    assertThat(REGISTRY.activations().names()).as("every constant has a name").containsAll(names);
    assertThat(REGISTRY.components(Activation.class)).isSameAs(REGISTRY.activations());
  }

  @Test
  void listsOfPluginsShowTheNamesAndNotTheClasses() {
    assertThat(REGISTRY.plugins().get(1).provided())
        .containsOnlyKeys("initializer", "activation")
        .containsEntry("activation", List.of("scaled-tanh", "wave"));
  }

  @Test
  void aClassThatCannotStandInFilesMakesThePluginAProblem() {
    Plugin lambda =
        new Plugin() {
          @Override
          public String id() {
            return "lambda";
          }

          @Override
          public List<Component<Activation>> activations() {
            return List.of(Component.of("square", "A square.", (ops, x) -> ops.square(x)));
          }
        };
    assertThat(PluginRegistry.builder().add(lambda).build().problems().get(0).problem())
        .contains("what \"square\" makes is neither a record nor an enum");
    Plugin silent =
        new Plugin() {
          @Override
          public String id() {
            return "silent";
          }

          @Override
          public List<Component<Activation>> activations() {
            return List.of(
                Component.of(
                    "scaled",
                    "A tanh.",
                    List.of(ThisPlugin.SCALE),
                    options -> new ScaledTanh(options.get(ThisPlugin.SCALE), Activation.TANH)));
          }
        };
    assertThat(PluginRegistry.builder().add(silent).build().problems().get(0).problem())
        .contains("\"scaled\" does not say which class it makes")
        .contains("call making(...)");
  }

  private record Elsewhere() {
    /** A second class of the same name. */
    private record ScaledTanh(int scale) implements Activation {
      @Override
      public Tensor apply(Ops ops, Tensor x) {
        return x;
      }
    }
  }

  @Test
  void twoPluginsWhoseClassesHaveOneNameAreAConflict() {
    Plugin other =
        new Plugin() {
          @Override
          public String id() {
            return "other";
          }

          @Override
          public List<Component<Activation>> activations() {
            return List.of(Component.of("another", "Nothing.", new Elsewhere.ScaledTanh(1)));
          }
        };
    assertThatThrownBy(() -> PluginRegistry.builder().add(new ThisPlugin()).add(other).build())
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_NAME);
              assertThat(e.problem()).contains("the class of activations \"ScaledTanh\"");
            });
  }
}
