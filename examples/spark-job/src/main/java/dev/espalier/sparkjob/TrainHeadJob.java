package dev.espalier.sparkjob;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import dev.espalier.activation.Activation;
import dev.espalier.core.Features;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Adam;
import dev.espalier.spark.CollectedFeatures;
import dev.espalier.spark.EspalierClassifier;
import dev.espalier.spark.LogisticRegressionHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains a new classifier on a pretrained base: one pass over the images, then only vectors. */
public final class TrainHeadJob {
  private TrainHeadJob() {}

  /**
   * Runs the job; the arguments are the file of a base, the layer with its features, a folder with
   * a folder of images for each class, the file to write, and the number of epochs if the head is
   * to be trained by Espalier on the driver instead of by Spark ML.
   */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("train-head").getOrCreate()) {
      Path base = Path.of(args[0]);
      Model model =
          args.length < 5
              ? train(spark, base, args[1], args[2])
              : train(spark, base, args[1], args[2], Integer.parseInt(args[4]));
      ModelFile.save(Path.of(args[3]), model, List.of(), Map.of());
    }
  }

  static Model train(SparkSession spark, Path base, String layer, String images) {
    Dataset<Row> features = features(spark, base, layer, images).cache();
    StringIndexerModel classes = classes(features);
    LogisticRegressionModel head =
        new LogisticRegression().setRegParam(0.001).fit(classes.transform(features));
    Model model = ModelFile.read(base, PluginRegistry.discover()).model();
    return LogisticRegressionHead.graft(model, layer, head, List.of(classes.labelsArray()[0]));
  }

  static Model train(SparkSession spark, Path base, String layer, String images, int epochs) {
    Dataset<Row> table = features(spark, base, layer, images).cache();
    StringIndexerModel classes = classes(table);
    List<String> names = List.of(classes.labelsArray()[0]);
    Model model = ModelFile.read(base, PluginRegistry.discover()).model();
    Model grafted =
        Graft.onto(model.cutAt(layer))
            .frozen()
            .dropout(0.2)
            .dense(names.size(), Activation.SOFTMAX)
            .build();
    try (Features features =
            CollectedFeatures.of(classes.transform(table), layer, "features", "label", names);
        Trainer trainer =
            Trainer.of(
                grafted,
                config ->
                    config
                        .optimizer(Adam.of(0.01))
                        .loss(Losses.categoricalCrossentropy())
                        .metrics(Metrics.accuracy()))) {
      trainer.fitHead(features, fit -> fit.epochs(epochs).batchSize(32));
      return trainer.model();
    }
  }

  private static Dataset<Row> features(SparkSession spark, Path base, String layer, String images) {
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", true)
            .load(images)
            .withColumn("className", regexp_extract(col("path"), "([^/]+)/[^/]+$", 1));
    return new EspalierClassifier()
        .setModelFile(base.toString())
        .setFeaturesLayer(layer)
        .setPredictionCol("")
        .setProbabilityCol("")
        .setPredictedLabelCol("")
        .transform(files)
        .filter(col("error").isNull())
        .select("className", "features");
  }

  private static StringIndexerModel classes(Dataset<Row> features) {
    return new StringIndexer()
        .setInputCol("className")
        .setOutputCol("label")
        .setStringOrderType("alphabetAsc")
        .fit(features);
  }
}
