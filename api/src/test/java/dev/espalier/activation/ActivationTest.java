package dev.espalier.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.PRelu;
import dev.espalier.model.Model;
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
