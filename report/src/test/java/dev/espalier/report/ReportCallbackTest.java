package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback.BatchEnd;
import dev.espalier.callback.Logs;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.model.Sequential;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCallbackTest {
  @TempDir private Path folder;

  private final FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("run/report.html");
    control.model(Sequential.of(Input.of(2), Dense.of(2)));
  }

  private static final Map<String, Double> VALUES =
      Map.of("loss", 1.0, "accuracy", 0.5, "val_loss", 1.5, "val_accuracy", 0.4);

  @Test
  void writesTheEpochsAtTheEnd() throws IOException {
    ReportCallback callback = ReportCallback.to(file).title("pets");
    control.beginTraining(callback);
    control.endEpoch(callback, VALUES);
    control.endEpoch(callback, VALUES);
    assertThat(file).doesNotExist();
    control.endTraining(callback);
    assertThat(PageText.of(Files.readString(file)))
        .startsWith("Training report\npets\n")
        .contains("Validation accuracy", "epoch 2\n");
    assertThat(control.messages()).isEmpty();
  }

  @Test
  void showsTheImagesOfTheFirstBatch() throws IOException {
    ReportCallback callback = ReportCallback.to(file);
    assertThat(callback.observedBatch().inputs()).isTrue();
    control.beginTraining(callback);
    byte[] pixels = new byte[2 * 4 * 4 * 3];
    control.batch(
        new ObservedBatch(
            Map.of(
                "image", HostArray.wrapBytes(Shape.of(2, 4, 4, 3), pixels),
                "label", HostArray.wrap(Shape.of(2, 2), 0.7f, 0.3f, 0, 1)),
            Map.of()));
    callback.onTrainBatchEnd(new BatchEnd(control, 0, 2, Logs.empty()));
    control.endEpoch(callback, VALUES);
    control.endTraining(callback);
    String html = Files.readString(file);
    assertThat(html.split("<img ", -1)).hasSize(3);
    assertThat(PageText.of(html)).contains("0 70 %, 1 30 %\n1\n");
  }

  @Test
  void cachedFeaturesAreNoImages() {
    ReportCallback callback = ReportCallback.to(file);
    control.beginTraining(callback);
    control.batch(
        new ObservedBatch(Map.of("features", HostArray.wrap(Shape.of(1, 2), 1, 2)), Map.of()));
    callback.onTrainBatchEnd(new BatchEnd(control, 0, 1, Logs.empty()));
    control.endEpoch(callback, VALUES);
    control.endTraining(callback);
    assertThat(file).content().doesNotContain("<img ");
  }

  @Test
  void analysesLabelledData() throws IOException {
    Dataset dataset = SampleReports.dataset(List.of("cat", "dog"), 4, 8, 8);
    control.predictions(
        HostArray.wrap(Shape.of(4, 2), 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f, 0.4f, 0.6f));
    ReportCallback callback = ReportCallback.to(file).analysing(dataset);
    control.beginTraining(callback);
    control.endEpoch(callback, VALUES);
    control.endTraining(callback);
    assertThat(PageText.of(Files.readString(file)))
        .contains("Confusion matrix", "Most confident mistakes");
  }

  @Test
  void aFailureToWriteDoesNotLoseTheTraining() throws IOException {
    ReportCallback callback = ReportCallback.to(file);
    control.beginTraining(callback);
    control.endEpoch(callback, VALUES);
    Files.createDirectories(file); // in the way
    control.endTraining(callback);
    assertThat(control.messages())
        .singleElement()
        .asString()
        .startsWith("warning: there is no report. ")
        .contains("it is not a regular file");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsReportedBeforeTheTraining() throws IOException {
    Path notAFolder = Files.createFile(folder.resolve("occupied"));
    ReportCallback callback = ReportCallback.to(notAFolder.resolve("report.html"));
    assertThatThrownBy(() -> control.beginTraining(callback))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE));
  }

  @Test
  void aResumedTrainingReportsAllEpochs() throws IOException {
    ReportCallback first = ReportCallback.to(file);
    control.beginTraining(first);
    control.endEpoch(first, VALUES);
    ReportCallback second = ReportCallback.to(file);
    control.beginTraining(second);
    second.restoreState(first.state());
    control.endEpoch(second, VALUES);
    control.endTraining(second);
    assertThat(PageText.of(Files.readString(file))).contains("Epoch  Phase").contains("\n1  train");
  }
}
