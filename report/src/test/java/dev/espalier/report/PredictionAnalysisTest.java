package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Predictions;
import dev.espalier.core.classifier.Calibration;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.metric.Matrix;
import dev.espalier.report.PredictionAnalysis.ClassResult;
import dev.espalier.report.PredictionAnalysis.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictionAnalysisTest {
  private static final Image PIXEL = Image.wrap(1, 1, 1, new byte[1]);

  private static Dataset dataset(int classes, int... labels) {
    return Datasets.of(
        "d/test",
        IntStream.range(0, classes).mapToObj(i -> "c" + i).toList(),
        IntStream.of(labels).mapToObj(label -> new Sample(PIXEL, label)).toList());
  }

  /** The largest score is that of a class. */
  private static Predictions certain(int classes, int... predicted) {
    float[] scores = new float[classes * predicted.length];
    for (int i = 0; i < predicted.length; i++) {
      for (int k = 0; k < classes; k++) {
        scores[i * classes + k] = k == predicted[i] ? 0.7f : 0.3f / (classes - 1);
      }
    }
    return predictions(classes, scores);
  }

  private static Predictions predictions(int classes, float... scores) {
    return new Predictions(
        HostArray.wrap(Shape.of(scores.length / classes, classes), scores), List.of());
  }

  /** Numbers of sklearn.metrics.precision_recall_fscore_support with zero_division=0. */
  @Test
  void countsAsScikitLearnDoes() {
    PredictionAnalysis analysis =
        PredictionAnalysis.of(
            dataset(4, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3),
            certain(4, 0, 0, 1, 2, 1, 1, 0, 2, 2, 2, 1, 0));
    double[] precision = {0.5, 0.5, 0.75, 0};
    double[] recall = {0.5, 0.66666667, 0.75, 0};
    double[] f1 = {0.5, 0.57142857, 0.75, 0};
    for (int i = 0; i < 4; i++) {
      ClassResult one = analysis.classes().get(i);
      assertThat(one.precision()).isCloseTo(precision[i], within(1e-8));
      assertThat(one.recall()).isCloseTo(recall[i], within(1e-8));
      assertThat(one.f1()).isCloseTo(f1[i], within(1e-8));
    }
    assertThat(analysis.macroF1()).isCloseTo(0.45535714285714285, within(1e-12));
    assertThat(analysis.accuracy()).isCloseTo(7.0 / 12, within(1e-12));
    assertThat(analysis.confusion())
        .isEqualTo(Matrix.of(4, 2, 1, 1, 0, 1, 2, 0, 0, 0, 1, 3, 0, 1, 0, 0, 0));
    assertThat(analysis.confusions()).hasSize(5);
  }

  @Test
  void theMostConfidentMistakesComeFirst() {
    PredictionAnalysis analysis =
        PredictionAnalysis.of(
            dataset(3, 0, 1, 2, 0),
            predictions(3, 0.1f, 0.6f, 0.3f, 0.9f, 0.08f, 0.02f, 0, 0, 1, 0.34f, 0.33f, 0.33f));
    assertThat(analysis.mistakes()).extracting(Example::index).containsExactly(1, 0);
    Example first = analysis.mistakes().get(0);
    assertThat(first.labels()).containsExactly("c1");
    assertThat(first.predicted())
        .extracting(Predictions.ClassScore::className)
        .containsExactly("c0", "c1");
    assertThat(analysis.leastCertain()).extracting(Example::index).containsExactly(3, 0, 1, 2);
  }

  @Test
  void keepsSoManyImagesAndNoMore() {
    int[] labels = new int[100];
    int[] wrong = IntStream.generate(() -> 1).limit(100).toArray();
    PredictionAnalysis analysis = PredictionAnalysis.of(dataset(2, labels), certain(2, wrong));
    assertThat(analysis.mistakes()).hasSize(PredictionAnalysis.EXAMPLES);
    assertThat(analysis.mistakes()).extracting(Example::index).startsWith(0, 1, 2);
    assertThat(analysis.leastCertain()).hasSize(PredictionAnalysis.EXAMPLES);
  }

  @Test
  void anImageThatCanNoLongerBeReadIsLeftOut() {
    Dataset readable = dataset(2, 0, 0, 0);
    Dataset half =
        new Dataset() {
          @Override
          public String name() {
            return "half";
          }

          @Override
          public int size() {
            return 3;
          }

          @Override
          public Sample get(int index) {
            if (index == 1) {
              throw new EspalierException(ErrorCode.INVALID_IMAGE, "It is damaged.", "Remove it.");
            }
            return readable.get(index);
          }

          @Override
          public int label(int index) {
            return 0;
          }

          @Override
          public List<String> classNames() {
            return readable.classNames();
          }
        };
    assertThat(PredictionAnalysis.of(half, certain(2, 1, 1, 1)).mistakes())
        .extracting(Example::index)
        .containsExactly(0, 2);
  }

  @Test
  void theCalibrationIsThatOfACalibratedClassifier() {
    Dataset dataset = SampleReports.dataset(SampleReports.classNames(7), 300, 2, 2);
    Predictions predictions = SampleReports.predictions(dataset);
    List<Integer> labels = IntStream.range(0, 300).mapToObj(dataset::label).toList();
    Calibration expected = Calibration.of(predictions, labels);
    assertThat(PredictionAnalysis.of(dataset, predictions).calibration().expectedError())
        .isCloseTo(expected.errorBefore(), within(1e-6));
    assertThat(
            PredictionAnalysis.of(dataset, predictions, expected.temperature())
                .calibration()
                .expectedError())
        .isCloseTo(expected.errorAfter(), within(1e-6));
  }

  @Test
  void logitsBecomeProbabilities() {
    PredictionAnalysis analysis =
        PredictionAnalysis.of(dataset(2, 0), predictions(2, -1, (float) (Math.log(3) - 1)));
    assertThat(analysis.mistakes().get(0).predicted().get(0).score())
        .isCloseTo(0.75f, within(1e-6f));
  }

  @Test
  void oneOutputSeparatesTwoClasses() {
    PredictionAnalysis analysis =
        PredictionAnalysis.of(dataset(2, 0, 1, 1), predictions(1, 0.2f, 0.9f, 0.1f));
    assertThat(analysis.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(analysis.mistakes()).extracting(Example::index).containsExactly(2);
    assertThat(analysis.mistakes().get(0).predicted().get(0).className()).isEqualTo("c0");
  }

  @Test
  void eachClassOfAMultiLabelSampleIsADecision() {
    Dataset dataset =
        Datasets.multiLabel(
            Datasets.of(
                "d",
                List.of("a", "b", "c"),
                List.of(
                    new Sample(PIXEL, List.of(0, 1)),
                    new Sample(PIXEL, List.of()),
                    new Sample(PIXEL, List.of(2)))));
    PredictionAnalysis analysis =
        PredictionAnalysis.of(
            dataset, predictions(3, 0.9f, 0.2f, 0.1f, 0.95f, 0.1f, 0.45f, 0.1f, 0.2f, 0.8f));
    assertThat(analysis.confusion()).isNull();
    assertThat(analysis.classes().get(0)).isEqualTo(new ClassResult("a", 1, 2, 1));
    assertThat(analysis.classes().get(1)).isEqualTo(new ClassResult("b", 1, 0, 0));
    assertThat(analysis.mistakes()).extracting(Example::index).containsExactly(1, 0);
    assertThat(analysis.mistakes().get(0).labels()).isEmpty();
    assertThat(analysis.leastCertain().get(0).index()).isEqualTo(1);
    assertThat(
            analysis.calibration().bins().stream().mapToDouble(CalibrationCurve.Bin::samples).sum())
        .isEqualTo(9);
  }

  @Test
  void aDivergedModelHasNoConfidence() {
    PredictionAnalysis analysis =
        PredictionAnalysis.of(
            dataset(2, 0, 1), predictions(2, Float.NaN, Float.NaN, Float.NaN, Float.NaN));
    assertThat(analysis.mistakes()).isEmpty();
    assertThat(analysis.calibration().expectedError()).isZero();
    assertThat(PageText.body(Report.of(RunHistory.empty()).analysis(analysis).html()))
        .doesNotContain("NaN");
  }

  @Test
  void refusesPredictionsOfOtherData() {
    List<Runnable> wrong = new ArrayList<>();
    wrong.add(() -> PredictionAnalysis.of(dataset(2, 0), certain(2, 0, 1)));
    wrong.add(() -> PredictionAnalysis.of(dataset(2, 0), certain(3, 0)));
    wrong.add(() -> PredictionAnalysis.of(dataset(2, 0), certain(2, 0), 0));
    for (Runnable one : wrong) {
      assertThatThrownBy(one::run)
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }
}
