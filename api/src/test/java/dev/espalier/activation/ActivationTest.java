package dev.espalier.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.PRelu;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ActivationTest {
  private record ScaledTanh(double scale) implements Activation {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(Activation.TANH.apply(ops, x), scale);
    }
  }

  @Test
  void everyConstantIsAFieldOfTheInterfaceAndFoundByItsName() throws IllegalAccessException {
    List<Activation> fields = new ArrayList<>();
    for (Field field : Activation.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        Activation constant = (Activation) field.get(null);
        assertThat(Activation.keyword(constant))
            .isEqualTo(field.getName().toLowerCase(Locale.ROOT));
        assertThat(constant).hasToString(field.getName());
        fields.add(constant);
      }
    }
    Map<String, Activation> constants = Activation.constants();
    assertThat(constants.values()).hasSameElementsAs(fields).hasSize(fields.size() + 2);
    assertThat(constants)
        .containsEntry("silu", Activation.SWISH)
        .containsEntry("hard_silu", Activation.HARD_SWISH);
  }

  @Test
  void namesAreFoundWhateverTheirCaseAndUnknownOnesListTheNearest() {
    assertThat(Activation.named("Log-Softmax")).isEqualTo(Activation.LOG_SOFTMAX);
    assertThatThrownBy(() -> Activation.named("leaky"))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.remedy()).contains("leaky_relu");
            });
  }

  @Test
  void aRecordIsAnActivationWithTheNameOfItsClass() {
    assertThat(Activation.keyword(new ScaledTanh(2))).isEqualTo("scaled_tanh");
    assertThat(Activation.keyword(new LeakyRelu(.1))).isEqualTo("leaky_relu");
    assertThat(Activation.keyword(new Elu(2))).isEqualTo("elu");
    assertThat(Dense.of(2).activation(new ScaledTanh(2)))
        .isEqualTo(Dense.of(2).activation(new ScaledTanh(2)))
        .isNotEqualTo(Dense.of(2).activation(new ScaledTanh(3)));
  }

  @Test
  void parametersAreChecked() {
    assertRefused(() -> new LeakyRelu(Double.NaN), "The slope cannot be NaN.");
    assertRefused(
        () -> new Elu(Double.POSITIVE_INFINITY), "The alpha of an ELU cannot be Infinity.");
    assertRefused(() -> new Celu(0), "The alpha of a CELU cannot be 0.0.");
    assertRefused(() -> PRelu.create().sharedAxes(0), "The shared axis cannot be 0.");
  }

  /**
   * Calculated by hand from the definition; the support has 3, 2 (equal), 1, 4 and 2 elements. The
   * third of the last row is so near that a bound of 2 instead of 1 would count it.
   */
  @Test
  void sparsemaxIsTheProjectionOntoProbabilities() {
    HostArray x =
        HostArray.wrap(
            Shape.of(5, 4),
            new float[] {
              1.5f, 0.5f, 1.25f, 1.5f, 2, 2, 0, -1, -5, 7, 5.5f, 6, 0.25f, 0.25f, 0.25f, 0.25f, 1,
              0.2f, -0.3f, -2
            });
    HostArray expected =
        HostArray.wrap(
            Shape.of(5, 4),
            new float[] {
              5 / 12f, 0, 1 / 6f, 5 / 12f, 0.5f, 0.5f, 0, 0, 0, 1, 0, 0, 0.25f, 0.25f, 0.25f, 0.25f,
              0.9f, 0.1f, 0, 0
            });
    assertClose(ModelRunner.infer(ActivationLayer.of(Activation.SPARSEMAX), x), expected);
    // Along the last axis, whatever is before it.
    HostArray images = x.reshape(Shape.of(1, 1, 5, 4));
    assertClose(
        ModelRunner.infer(ActivationLayer.of(Activation.SPARSEMAX), images),
        expected.reshape(images.shape()));
  }

  private static void assertClose(HostArray actual, HostArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.elementCount(); i++) {
      assertThat(actual.at(i)).as("element %s", i).isCloseTo(expected.at(i), within(1e-6));
    }
  }

  @Test
  void gluHalvesTheChannelsAndRefusesAnOddNumberOfThem() {
    LayerOutput image = Input.image(2, 2, 6);
    assertThat(Conv2D.of(4, 1).activation(Activation.GLU).on(image).shape())
        .isEqualTo(Shape.of(-1, 2, 2, 2));
    assertThatThrownBy(() -> Conv2D.of(3, 1).activation(Activation.GLU).named("gate").on(image))
        .hasMessageContaining("gate (Conv2D)")
        .hasMessageContaining("cannot be split into 2");
  }

  private static void assertRefused(ThrowingCallable call, String problem) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem()).isEqualTo(problem);
            });
  }

  private static Model preluOn(PRelu layer, LayerOutput input) {
    return Model.of(input, layer.named("slopes").on(input));
  }

  @Test
  void slopesOfAPReluHaveTheShapeOfTheInputButForSharedAxes() {
    LayerOutput images = Input.image(5, 6, 3);
    assertThat(preluOn(PRelu.create(), images).variables().get(0).shape())
        .isEqualTo(Shape.of(5, 6, 3));
    Model shared = preluOn(PRelu.create().sharedAxes(1, 2), images);
    assertThat(shared.variables().get(0).shape()).isEqualTo(Shape.of(1, 1, 3));
    assertThat(shared.variables().get(0).name()).isEqualTo("slopes/alpha");
    assertThat(shared.summary()).contains("slopes (PReLU)");
    assertThat(PRelu.create().alphaInitializer(Initializers.ones()).sharedAxes(1))
        .isEqualTo(new PRelu(Initializers.ones(), List.of(1)));
  }

  @Test
  void anAxisToShareThatTheInputDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> preluOn(PRelu.create().sharedAxes(4), Input.image(5, 6, 3)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("there is no axis 4 to share");
  }
}
