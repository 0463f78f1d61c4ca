package dev.espalier.sparkjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.bundled.BundledWeights;
import dev.espalier.core.ModelFile;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.datasets.shapes.Shapes;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jobs one after the other, as {@code spark-submit --master local[2]} does. */
@Tag("native")
class SparkJobsTest {
  private static final int IMAGES = 60;

  @TempDir Path folder;

  @BeforeEach
  void setMaster() {
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.sql.shuffle.partitions", "2");
    System.setProperty("spark.driver.host", "127.0.0.1");
  }

  @AfterEach
  void clearMaster() {
    for (String name : List.of("master", "ui.enabled", "sql.shuffle.partitions", "driver.host")) {
      System.clearProperty("spark." + name);
    }
  }

  /** Writes a folder of images for each of three shapes, and a file that is no image. */
  private Path images() throws IOException {
    Path images = folder.resolve("images");
    Dataset shapes = Shapes.of(Split.TRAIN, 1);
    for (int i = 0, written = 0; written < IMAGES; i++) {
      int label = shapes.get(i).label();
      if (label < 3) {
        Path own = Files.createDirectories(images.resolve(shapes.classNames().get(label)));
        Files.write(own.resolve(i + ".png"), ImageEncoder.png(shapes.get(i).image()));
        written++;
      }
    }
    return images;
  }

  private Path base() {
    Model pretrained =
        EfficientNet.custom(0.25, 1)
            .includeTop(false)
            .pooling(Pooling.AVG)
            .imageSize(64)
            .weights(Objects.requireNonNull(BundledWeights.of("efficientnet-narrow")))
            .build();
    Path base = folder.resolve("base.safetensors");
    ModelFile.save(base, pretrained, List.of(), Map.of());
    return base;
  }

  @Test
  void aModelIsFineTunedByTwoWorkers() throws IOException {
    Path images = images();
    Path model = folder.resolve("model.safetensors");
    FineTuneJob.main(
        new String[] {base().toString(), images.toString(), "2", "20", model.toString()});
    assertMostAreRight(model, images);
  }

  @Test
  void aHeadIsTrainedOnTheDriver() throws IOException {
    Path images = images();
    Path model = folder.resolve("model.safetensors");
    TrainHeadJob.main(
        new String[] {base().toString(), "avg_pool", images.toString(), model.toString(), "20"});
    assertMostAreRight(model, images);
  }

  private static void assertMostAreRight(Path model, Path images) throws IOException {
    try (Classifier classifier = Classifier.load(model);
        Stream<Path> files = Files.walk(images)) {
      List<Path> photos = files.filter(Files::isRegularFile).toList();
      assertThat(
              classifier
                  .classifyFiles(photos)
                  .filter(
                      answer -> answer.file().getParent().endsWith(answer.orThrow().className()))
                  .count())
          .isGreaterThan((long) (0.9 * IMAGES));
    }
  }

  @Test
  void aHeadIsTrainedAndClassifies() throws IOException {
    Path images = images();
    Path base = base();
    Path model = folder.resolve("model.safetensors");
    TrainHeadJob.main(
        new String[] {base.toString(), "avg_pool", images.toString(), model.toString()});

    Files.writeString(images.resolve("notes.txt"), "no image");
    Path answers = folder.resolve("answers");
    ClassifyJob.main(new String[] {model.toString(), images.toString(), answers.toString()});

    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      var written = spark.read().parquet(answers.toString());
      assertThat(written.count()).isEqualTo(IMAGES + 1);
      assertThat(written.filter("error IS NOT NULL").count()).isEqualTo(1);
      assertThat(written.filter("path LIKE concat('%/', predictedLabel, '/%')").count())
          .isGreaterThan((long) (0.9 * IMAGES));
    }
  }
}
