package dev.espalier.loss;

import static dev.espalier.training.SampleValues.assertLoss;
import static dev.espalier.training.SampleValues.indices;
import static dev.espalier.training.SampleValues.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.training.SampleValues;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras 3.15.1. */
class LossesTest {
  private static final HostArray ONE_HOT = rows(3, 0, 1, 0, 0, 0, 1);
  private static final HostArray CLASSES = indices(1, 2);
  private static final HostArray PROBABILITIES = rows(3, .05, .95, 0, .1, .8, .1);
  private static final HostArray LOGITS = rows(3, 1, 2, 0, 0, 3, -1);

  @Test
  void categoricalCrossentropyTakesOneHotTargetsAndIndices() {
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy();
    assertLoss(loss, ONE_HOT, PROBABILITIES, .05129331, 2.3025851);
    assertLoss(loss, CLASSES, PROBABILITIES, .05129331, 2.3025851);
  }

  /** Means of 0.3240 and 0.0574, as Keras' own tests ask for. */
  @Test
  void categoricalCrossentropyIsThatOfKerasTests() {
    HostArray classes = indices(0, 1, 2);
    HostArray probabilities = rows(3, .9, .05, .05, .5, .89, .6, .05, .01, .94);
    HostArray logits = rows(3, 8, 1, 1, 0, 9, 1, 2, 3, 5);
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy();
    assertLoss(loss, classes, probabilities, .10536052, .80466846, .0618754);
    assertLoss(loss.fromLogits(true), classes, logits, .00182213, .00045877, .16984602);
  }

  @Test
  void categoricalCrossentropyDividesProbabilitiesByTheirSum() {
    HostArray doubled = rows(3, .1, 1.9, 0, .2, 1.6, .2);
    assertLoss(Losses.categoricalCrossentropy(), ONE_HOT, doubled, .05129331, 2.3025851);
  }

  @Test
  void categoricalCrossentropyOfProbabilityZeroIsFinite() {
    assertLoss(Losses.categoricalCrossentropy(), indices(0), rows(2, 0, 1), 16.118095);
  }

  @Test
  void categoricalCrossentropyOfUniformGuessesIsTheLogarithmOfTheClasses() {
    double[] even = new double[100];
    java.util.Arrays.fill(even, .01);
    assertLoss(Losses.categoricalCrossentropy(), indices(42), rows(100, even), 4.605170);
  }

  @Test
  void categoricalCrossentropyTakesLogits() {
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy().fromLogits(true);
    assertLoss(loss, ONE_HOT, LOGITS, .40760595, 4.065884);
    assertLoss(loss, CLASSES, LOGITS, .40760595, 4.065884);
  }

  @Test
  void logitsMayBeLarge() {
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy().fromLogits(true);
    assertLoss(loss, indices(0), rows(3, 1e4, -1e4, 0), 0);
    assertLoss(loss.labelSmoothing(.1), indices(0), rows(3, 100, -100, -100), 400 * .1 / 3);
  }

  @Test
  void crossEntropyOfASoftmaxOrSigmoidComesFromTheLogits() {
    HostArray wrong = rows(2, -30, 30);
    assertLoss(Losses.categoricalCrossentropy(), indices(0), Activation.SOFTMAX, wrong, 60);
    assertLoss(Losses.sparseCategoricalCrossentropy(), indices(0), Activation.SOFTMAX, wrong, 60);
    assertLoss(Losses.binaryCrossentropy(), rows(2, 1, 0), Activation.SIGMOID, wrong, 30);
    assertLoss(Losses.categoricalCrossentropy(), indices(0), Activation.SIGMOID, wrong, 60);
    assertLoss(Losses.binaryCrossentropy(), rows(2, 1, 0), Activation.SOFTMAX, wrong, 30);
    HostArray one = rows(1, -30, 30);
    assertLoss(Losses.binaryCrossentropy(), indices(1, 0), Activation.SIGMOID, one, 30, 30);
  }

  @Test
  void smoothedTargetsAreComparedWithTheLogits() {
    CategoricalCrossentropy categorical = Losses.categoricalCrossentropy().labelSmoothing(.1);
    assertLoss(categorical, CLASSES, Activation.SOFTMAX, LOGITS, .50760597, 3.8992174);
    BinaryCrossentropy binary = Losses.binaryCrossentropy().labelSmoothing(.2);
    HostArray target = rows(2, 0, 1, 1, 1);
    HostArray logits = rows(2, 1.5, -2, 30, -30);
    assertLoss(binary, target, Activation.SIGMOID, logits, 1.7391707, 15);
  }

  @Test
  void aSoftmaxIsNeverTakenForLogits() {
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy().fromLogits(true);
    assertLoss(loss, CLASSES, Activation.SOFTMAX, LOGITS, .40760595, 4.065884);
  }

  @Test
  void otherActivationsGiveProbabilitiesThatAreClipped() {
    HostArray wrong = rows(2, -30, 30);
    assertLoss(
        Losses.categoricalCrossentropy(), indices(0), Activation.HARD_SIGMOID, wrong, 16.118095);
  }

  @Test
  void labelSmoothingSpreadsTheTarget() {
    CategoricalCrossentropy loss = Losses.categoricalCrossentropy().labelSmoothing(.1);
    assertLoss(loss, ONE_HOT, PROBABILITIES, .6850014, 2.2332704);
    assertLoss(loss, CLASSES, PROBABILITIES, .6850014, 2.2332704);
    assertLoss(loss.fromLogits(true), ONE_HOT, LOGITS, .50760597, 3.8992174);
  }

  @Test
  void softTargetsAreWeighted() {
    assertLoss(Losses.categoricalCrossentropy(), rows(2, .25, .75), rows(2, .5, .5), Math.log(2));
  }

  @Test
  void sparseCrossentropyTakesIndicesAlone() {
    SparseCategoricalCrossentropy loss = Losses.sparseCategoricalCrossentropy();
    assertLoss(loss, CLASSES, PROBABILITIES, .05129331, 2.3025851);
    assertLoss(loss.fromLogits(true), CLASSES, LOGITS, .40760595, 4.065884);
    assertMismatch(
        loss,
        ONE_HOT,
        PROBABILITIES,
        "sparse-categorical-crossentropy was given the targets float32(None, 3) and the predictions"
            + " float32(None, 3). Targets are class indices, int32 (batch,). [ESP-101]");
  }

  /** Keras 3.15 on TensorFlow, for predictions that no softmax made. */
  @Test
  void sparseCrossentropyClipsProbabilitiesBeforeItDividesThemByTheirSum() {
    SparseCategoricalCrossentropy loss = Losses.sparseCategoricalCrossentropy();
    HostArray probabilities =
        rows(3, .2, .3, .5, 0, 0, 0, 2, .5, .1, 0, 1, 0, 1, 1, 1, .02, .03, .05);
    assertLoss(
        loss,
        indices(0, 0, 0, 0, 0, 0),
        probabilities,
        1.6094379,
        1.0986123,
        .47000363,
        16.118095,
        1.0986123,
        1.6094379);
    assertLoss(
        loss,
        indices(1, 1, 1, 1, 1, 1),
        probabilities,
        1.2039728,
        1.0986123,
        1.1631507,
        2.3841855e-7,
        1.0986123,
        1.2039728);
    assertLoss(
        loss,
        indices(2, 2, 2, 2, 2, 2),
        probabilities,
        .69314718,
        1.0986123,
        2.7725885,
        16.118095,
        1.0986123,
        .69314718);
    HostArray large = rows(3, 2, .5, .1);
    assertLoss(Losses.categoricalCrossentropy(), indices(1), large, 1.6486585);
  }

  @Test
  void binaryCrossentropyIsTheMeanOverTheOutputs() {
    HostArray target = rows(2, 0, 1, 1, 1);
    HostArray probability = rows(2, .6, .4, 0, 1);
    BinaryCrossentropy loss = Losses.binaryCrossentropy();
    assertLoss(loss, target, probability, .91629076, 8.059048);
    assertLoss(loss.labelSmoothing(.2), target, probability, .8757442, 8.050262);
  }

  @Test
  void binaryCrossentropyTakesLogits() {
    HostArray target = rows(2, 0, 1, 1, 1);
    HostArray logits = rows(2, 1.5, -2, 30, -30);
    BinaryCrossentropy loss = Losses.binaryCrossentropy().fromLogits(true);
    assertLoss(loss, target, logits, 1.9141707, 15);
    assertLoss(loss.labelSmoothing(.2), target, logits, 1.7391707, 15);
  }

  @Test
  void binaryCrossentropyTakesClassIndicesForOneOutput() {
    assertLoss(
        Losses.binaryCrossentropy(),
        indices(0, 1),
        rows(1, .25, .25),
        -Math.log(.75),
        -Math.log(.25));
  }

  @Test
  void binaryCrossentropyOfSeveralLabelsCountsEveryClass() {
    HostArray target = rows(5, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
    HostArray probability =
        rows(5, .9, .2, 0, 1, .5, .1, .5, .6, 0, 1e-9, 1, .5000001, .3, .999999999, 1e-3);
    HostArray logits = rows(5, 3, -2, 0, 40, -40, -100, 100, .5, -.5, 1e-3, 20, -20, 2.5, -1.5, 88);
    BinaryCrossentropy loss = Losses.binaryCrossentropy();
    assertLoss(loss, target, probability, 6.616426, .34295973, 1.7609751);
    assertLoss(loss.labelSmoothing(.1), target, probability, 6.3316565, .6832392, 2.0022824);
    assertLoss(loss.labelSmoothing(1), target, probability, 3.7687306, 3.7457547, 4.1740465);
    BinaryCrossentropy ofLogits = loss.fromLogits(true);
    assertLoss(ofLogits, target, logits, 8.173733, 20.42836, 4.356061);
    assertLoss(ofLogits.labelSmoothing(.1), target, logits, 8.223733, 20.428349, 5.246061);
    assertLoss(ofLogits.labelSmoothing(1), target, logits, 8.673732, 20.428259, 13.256061);
  }

  @Test
  void binaryCrossentropyTakesSharesOfClasses() {
    HostArray shares = rows(5, .75, .25, 1, 0, .5);
    BinaryCrossentropy loss = Losses.binaryCrossentropy();
    assertLoss(loss, shares, rows(5, .9, .2, 0, 1, .5), 6.7956023);
    assertLoss(loss.fromLogits(true), shares, rows(5, 3, -2, 0, 40, -40), 12.423733);
  }

  @Test
  void lossesForOneClassDoNotAcceptSeveral() {
    assertThat(Losses.binaryCrossentropy().accepts(Target.multiHot())).isTrue();
    assertThat(Losses.meanSquaredError().accepts(Target.multiHot())).isTrue();
    assertThat(Losses.categoricalCrossentropy().accepts(Target.multiHot())).isFalse();
    assertThat(Losses.sparseCategoricalCrossentropy().accepts(Target.multiHot())).isFalse();
  }

  @Test
  void meanSquaredErrorIsTheMeanOverTheOutputs() {
    assertLoss(Losses.meanSquaredError(), rows(2, 0, 1, 1, 1), rows(2, .6, .4, 0, 1), .36, .5);
    HostArray deep = HostArray.wrap(Shape.of(1, 2, 2), 1, 2, 3, 4);
    HostArray zeros = HostArray.wrap(Shape.of(1, 2, 2), 0, 0, 0, 0);
    assertLoss(Losses.meanSquaredError(), zeros, deep, 7.5);
  }

  @Test
  void meanSquaredErrorTakesClassIndicesAsRowsOfAUnitMatrix() {
    HostArray classes = HostArray.wrapInts(Shape.of(2), 1, 0);
    assertLoss(Losses.meanSquaredError(), classes, rows(2, .6, .4, 0, 1), .36, 1);
  }

  @Test
  void numberOfClassesMustAgree() {
    assertMismatch(
        Losses.categoricalCrossentropy(),
        rows(10, new double[20]),
        rows(3, new double[6]),
        "categorical-crossentropy was given the targets float32(None, 10) and the predictions"
            + " float32(None, 3). For 3 classes targets are int32 (batch,) or float32 (batch, 3):"
            + " does the number of outputs equal the number of classes? [ESP-101]");
  }

  @Test
  void predictionsMustBeOneRowForEachSample() {
    assertMismatch(
        Losses.categoricalCrossentropy(),
        indices(1),
        HostArray.wrap(Shape.of(1, 1, 2), 1, 2),
        "categorical-crossentropy was given the targets int32(None,) and the"
            + " predictions float32(None, 1, 2). Predictions must be float32 (batch,"
            + " classes): change the end of the model. [ESP-101]");
    assertMismatch(
        Losses.binaryCrossentropy(),
        indices(1),
        rows(2, .5, .5),
        "binary-crossentropy was given the targets int32(None,) and the predictions"
            + " float32(None, 2). Targets have the shape of the predictions, (None, 2). [ESP-101]");
  }

  @Test
  void labelSmoothingIsChecked() {
    assertThatThrownBy(() -> Losses.categoricalCrossentropy().labelSmoothing(1.5))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageStartingWith("The label smoothing cannot be 1.5.");
  }

  @Test
  void settingsOfFocalAndHuberLossesAreChecked() {
    assertRefused(
        () -> Losses.binaryFocalCrossentropy().gamma(-1),
        "The gamma of a focal loss cannot be -1.0. Give a number of 0 or more, such as 2.");
    assertRefused(
        () -> Losses.categoricalFocalCrossentropy().alpha(1.5),
        "The alpha of a focal loss cannot be 1.5. Give a number from 0 to 1, such as 0.25.");
    assertRefused(
        () -> Losses.categoricalFocalCrossentropy().alpha(List.of(0.5, Double.NaN)),
        "The alpha of a focal loss cannot be NaN. Give a number from 0 to 1, such as 0.25.");
    assertRefused(
        () -> Losses.categoricalFocalCrossentropy().alpha(List.of()),
        "A focal loss has no alpha. Give a number from 0 to 1, such as 0.25, or one for each"
            + " class.");
    assertRefused(
        () -> Losses.categoricalFocalCrossentropy().labelSmoothing(-.1),
        "The label smoothing cannot be -0.1. Give a number from 0 to 1, such as 0.1.");
    assertRefused(
        () -> Losses.huber().delta(0),
        "The delta of a Huber loss cannot be 0.0. Give a number above 0, such as 1.");
  }

  @Test
  void aFocalLossTakesOneAlphaForEachClassOrOneForAll() {
    HostArray predictions = rows(3, .2, .7, .1);
    Loss each = Losses.categoricalFocalCrossentropy().alpha(List.of(.1, .4, 1.)).gamma(0);
    assertLoss(each, indices(1), predictions, -.4 * Math.log(.7));
    assertLoss(each, rows(3, .5, 0, .5), predictions, -.05 * Math.log(.2) - .5 * Math.log(.1));
    assertThatThrownBy(
            () ->
                assertLoss(
                    Losses.categoricalFocalCrossentropy().alpha(List.of(.1, .4)),
                    indices(1),
                    predictions,
                    0))
        .hasMessage(
            "The focal loss has 2 alphas, and the model 3 outputs. Give one alpha for each class, or"
                + " one for all. [ESP-401]");
  }

  private static void assertRefused(Supplier<Loss> made, String message) {
    assertThatThrownBy(made::get)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage(message + " [ESP-401]");
  }

  @Test
  void focalLossWithoutFocusIsCrossEntropy() {
    HostArray targets = rows(3, 1, 0, 1);
    HostArray predictions = rows(3, .2, .7, .1);
    assertLoss(
        Losses.binaryFocalCrossentropy().gamma(0),
        targets,
        predictions,
        SampleValues.of(Losses.binaryCrossentropy(), targets, predictions)[0]);
    assertLoss(
        Losses.categoricalFocalCrossentropy().gamma(0).alpha(1),
        indices(1),
        predictions,
        -Math.log(.7));
  }

  @Test
  void hingeCountsTargetsOfZeroAsMinusOne() {
    assertLoss(Losses.hinge(), rows(2, 0, 1), rows(2, .5, .5), 1);
    assertLoss(Losses.hinge(), rows(2, -1, 1), rows(2, .5, .5), 1);
    assertLoss(Losses.squaredHinge(), indices(0), rows(1, .5), 2.25);
    assertLoss(Losses.categoricalHinge(), indices(0), rows(3, 2, .5, 1.5), .5);
  }

  @Test
  void onlyLossesOfSeparateOutputsAcceptSeveralLabels() {
    assertThat(
            List.of(
                Losses.categoricalFocalCrossentropy(),
                Losses.categoricalHinge(),
                Losses.klDivergence()))
        .noneMatch(loss -> loss.accepts(Target.multiHot()))
        .allMatch(loss -> loss.accepts(Target.classIndex()));
    assertThat(
            List.of(
                Losses.binaryFocalCrossentropy(),
                Losses.hinge(),
                Losses.squaredHinge(),
                Losses.poisson(),
                Losses.meanAbsoluteError()))
        .allMatch(loss -> loss.accepts(Target.multiHot()));
  }

  @Test
  void namesAreThoseUsersWrite() {
    assertThat(Losses.categoricalCrossentropy().name()).isEqualTo("categorical-crossentropy");
    assertThat(Losses.binaryCrossentropy().name()).isEqualTo("binary-crossentropy");
    assertThat(Losses.meanSquaredError().name()).isEqualTo("mean-squared-error");
  }

  private static void assertMismatch(
      Loss loss, HostArray target, HostArray prediction, String message) {
    assertThatThrownBy(() -> SampleValues.of(loss, target, prediction))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH))
        .hasMessage(message);
  }
}
