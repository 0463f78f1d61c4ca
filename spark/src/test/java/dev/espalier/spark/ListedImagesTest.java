package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.EspalierException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
@ExtendWith(SparkCluster.class)
class ListedImagesTest {
  @TempDir Path folder;

  private static Dataset<Row> table(SparkSession session, @Nullable Object[]... rows) {
    StructType schema =
        new StructType()
            .add("file", DataTypes.StringType)
            .add("kind", DataTypes.StringType)
            .add("size", DataTypes.IntegerType);
    List<Row> all = new ArrayList<>();
    for (Object[] row : rows) {
      all.add(RowFactory.create(row));
    }
    return session.createDataFrame(all, schema);
  }

  private static ListedImages sent(ListedImages images) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(images);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ListedImages) in.readObject();
    }
  }

  @Test
  void imagesAreInTheOrderOfPathsAndClassesInThatOfTheAlphabet(SparkSession session)
      throws Exception {
    Image image = TestModels.image(1, 5, 4);
    Path first = Files.write(folder.resolve("a.png"), ImageEncoder.png(image));
    Path second = Files.write(folder.resolve("b.png"), ImageEncoder.png(image));
    ListedImages images =
        sent(
            ListedImages.of(
                table(
                    session,
                    new Object[] {second.toUri().toString(), "dog", 1},
                    new Object[] {first.toUri().toString(), "cat", 2}),
                "file",
                "kind"));
    assertThat(images.classNames()).containsExactly("cat", "dog");
    assertThat(images.size()).isEqualTo(2);
    assertThat(images.label(0)).isZero();
    assertThat(images.get(1).label()).isEqualTo(1);
    assertThat(images.get(0).image()).isEqualTo(image);
    Files.delete(second);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> images.get(1))
        .withMessageContaining("The file " + second.toUri());
  }

  @Test
  void tablesThatListNoLabelledImagesAreRefused(SparkSession session) throws IOException {
    Dataset<Row> table = table(session, new Object[] {"a.png", "cat", 1});
    assertRefused(
        table,
        "path",
        "kind",
        "The table has no column \"path\". Its columns are: file, kind, size.");
    assertRefused(table, "file", "size", "The column \"size\" has the type int, not string.");
    assertRefused(table.filter("size > 1"), "file", "kind", "The table lists no images.");
    assertRefused(
        table(session, new Object[] {"a.png", null, 1}),
        "file",
        "kind",
        "The table has a row without kind for a.png. Leave such rows out: table.na().drop().");
  }

  private static void assertRefused(
      Dataset<Row> table, String pathColumn, String classColumn, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ListedImages.of(table, pathColumn, classColumn))
        .withMessageContaining(message);
  }
}
