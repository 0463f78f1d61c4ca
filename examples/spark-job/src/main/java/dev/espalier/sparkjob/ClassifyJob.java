package dev.espalier.sparkjob;

import static org.apache.spark.sql.functions.col;

import dev.espalier.spark.EspalierClassifier;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Classifies all images below a folder and writes the answers as Parquet files. */
public final class ClassifyJob {
  private ClassifyJob() {}

  /** Runs the job; the arguments are a model file, the folder of images and that of the answers. */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("classify").getOrCreate()) {
      classify(spark, args[0], args[1]).write().parquet(args[2]);
      Dataset<Row> answers = spark.read().parquet(args[2]);
      answers.groupBy("predictedLabel").count().orderBy(col("count").desc()).show();
      answers.filter(col("error").isNotNull()).select("path", "error").show(20, false);
    }
  }

  static Dataset<Row> classify(SparkSession spark, String model, String images) {
    Dataset<Row> files =
        spark.read().format("binaryFile").option("recursiveFileLookup", true).load(images);
    return new EspalierClassifier().setModelFile(model).transform(files).drop("content");
  }
}
