package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Add;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.Trace;
import dev.espalier.layer.convolution.Conv2D;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong in a layer, the error says in which, by the name that summaries show. */
class LayerErrorsTest {
  private static final LayerOutput IMAGES = Input.image(4, 4, 3);

  /** A layer as a plugin may write it. */
  private record Custom(Function<CallContext, Tensor> body) implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return body.apply(context);
    }
  }

  private static EspalierException error(Runnable call) {
    try {
      call.run();
    } catch (EspalierException e) {
      return e;
    }
    throw new AssertionError("no error");
  }

  @Test
  void everyCheckNamesTheLayerThatIsConnected() {
    assertThat(error(() -> Conv2D.of(2, 3).named("stem").on(Input.of(7))).problem())
        .startsWith("In stem (Conv2D): The input has the shape (None, 7).");
    assertThat(error(() -> Add.create().named("sum").on(IMAGES)).problem())
        .isEqualTo("In sum (Add): The layer merges several inputs and was connected to 1.");
    assertThat(error(() -> Flatten.create().on(IMAGES, IMAGES)).problem())
        .isEqualTo("In Flatten: The layer takes one input and was connected to 2.");
    assertThat(error(() -> Reshape.of(5).named("five").on(IMAGES)).problem())
        .isEqualTo("In five (Reshape): A sample of shape (4, 4, 3) cannot become [5].");
  }

  @Test
  void layerThatAsksForTheWrongVariableIsNamed() {
    Layer layer =
        new Custom(
            context -> {
              context.update("count", context.ops().constant(1));
              return context.ops().constant(1);
            });
    EspalierException e = error(() -> layer.named("counter").on(IMAGES));
    assertThat(e.problem())
        .isEqualTo(
            "In counter (Custom): The non-trainable variable count cannot be updated with"
                + " float32().");
    assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH);
  }

  @Test
  void exceptionOfACustomLayerBecomesAnErrorThatNamesIt() {
    Layer broken =
        new Custom(
            context -> {
              throw new IllegalStateException("no kernel");
            });
    EspalierException e = error(() -> broken.named("gate").on(IMAGES));
    assertThat(e)
        .hasMessage(
            "In gate (Custom): java.lang.IllegalStateException: no kernel. Correct the arguments or"
                + " the code that failed; the cause says where it is. [ESP-105]")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  @SuppressWarnings("NullAway")
  void layerThatReturnsNullIsNamed() {
    EspalierException e = error(() -> new Custom(context -> null).named("gate").on(IMAGES));
    assertThat(e.code()).isEqualTo(ErrorCode.TRACING_FAILED);
    assertThat(e.problem()).isEqualTo("In gate (Custom): It returned null.");
  }

  @Test
  void layerInsideNestedModelsIsNamedByItsPath() {
    Layer failsInTraining =
        new Custom(
            context -> {
              if (context.phase() == Phase.TRAINING) {
                throw new EspalierException(
                    ErrorCode.SHAPE_MISMATCH, "Training does not fit.", "Do something else.");
              }
              return context.weight("w", Shape.of(4, 3), Initializers.zeros());
            });
    Model inner = Sequential.of(Input.of(3), failsInTraining.named("gate")).withName("block");
    Model base = Sequential.of(Input.of(3), inner.named("block")).withName("base");
    Model outer = Sequential.of(Input.of(3), base.named("base"), Dense.of(2).named("head"));
    EspalierException e =
        error(
            () -> {
              Ops ops = new Ops();
              Tensor x = ops.input("x", outer.input().type());
              outer.trace(new Trace(ops, Phase.TRAINING), List.of(x));
            });
    assertThat(e.problem()).isEqualTo("In base/block/gate (Custom): Training does not fit.");
    assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH);
  }

  @Test
  void errorOutsideTheInnerLayerNamesTheOuterOne() {
    Model base = Sequential.of(Input.of(3), Dense.of(2).named("head"));
    assertThatThrownBy(() -> base.named("base").on(Input.of(5)))
        .hasMessageStartingWith(
            "In base (Sequential): The model \"sequential\" takes float32(None, 3) and was given"
                + " float32(None, 5).");
  }

  @Test
  void primitiveInANestedLayerIsNamedOnce() {
    Model base = Sequential.of(Input.image(8, 8, 3), Conv2D.of(2, 3).named("stem"));
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    Tensor x = ops.input("x", base.input().type());
    base.call(trace.context("base", true), x);
    assertThat(ops.toGraph().nodes().get(ops.toGraph().nodes().size() - 1).scope())
        .isEqualTo("base/stem (Conv2D)");
  }
}
