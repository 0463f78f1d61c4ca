package dev.espalier.sparkjob;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Adam;
import dev.espalier.spark.ListedImages;
import dev.espalier.spark.SparkTrainer;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Fine-tunes a pretrained model on the executors: a new classifier first, then the last blocks. */
public final class FineTuneJob {
  private FineTuneJob() {}

  /**
   * Runs the job; the arguments are the file of a pretrained model, a folder with a folder of
   * images for each class, the number of executors, the batch size, and the file to write.
   */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("fine-tune").getOrCreate()) {
      Model base = ModelFile.read(Path.of(args[0]), PluginRegistry.discover()).model();
      ListedImages images = images(spark, args[1]);
      Model model =
          Graft.onto(Graft.withoutClassifier(base))
              .frozen()
              .globalAveragePooling()
              .dropout(0.2)
              .dense(images.classNames().size(), Activation.SOFTMAX)
              .build();
      int workers = Integer.parseInt(args[2]);
      int batchSize = Integer.parseInt(args[3]);
      model = train(spark, model, images, workers, batchSize, 0.01);
      model = train(spark, Graft.unfreezeTop(model, base, 2), images, workers, batchSize, 0.001);
      ModelFile.save(Path.of(args[4]), model);
    }
  }

  private static ListedImages images(SparkSession spark, String folder) {
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", true)
            .load(folder)
            .withColumn("className", regexp_extract(col("path"), "([^/]+)/[^/]+$", 1));
    return ListedImages.of(files, "path", "className");
  }

  static Model train(
      SparkSession spark,
      Model model,
      ListedImages images,
      int workers,
      int batchSize,
      double learningRate) {
    try (SparkTrainer trainer =
        SparkTrainer.of(
            spark,
            workers,
            model,
            config ->
                config
                    .optimizer(Adam.of(learningRate))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()),
            options -> options.stepsPerRound(50))) {
      trainer.fit(TrainingData.of(() -> images), fit -> fit.epochs(3).batchSize(batchSize));
      return trainer.model();
    }
  }
}
