package dev.espalier.datasets.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of labels as people write and export them. */
class TablesOfPeopleTest {
  @TempDir Path folder;

  private Path table(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("pets.csv"), text.getBytes(charset));
  }

  private void assertTwoPets(String text) throws IOException {
    assertTwoPets(text, StandardCharsets.UTF_8, columns -> columns);
  }

  private void assertTwoPets(String text, Charset charset, UnaryOperator<ManifestColumns> columns)
      throws IOException {
    Dataset pets = Manifest.of(table(text, charset), columns).open();
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(pets.target().multiLabel()).isFalse();
    assertThat(IntStream.range(0, pets.size()).mapToObj(pets::file))
        .containsExactly(folder.resolve("a/tom.jpg"), folder.resolve("b/rex.jpg"));
    assertThat(IntStream.range(0, 2).map(pets::label)).containsExactly(0, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label\na/tom.jpg,cat\nb/rex.jpg,dog\n",
        "path;label\r\na/tom.jpg;cat\r\nb/rex.jpg;dog\r\n",
        "path\tlabel\na/tom.jpg\tcat\nb/rex.jpg\tdog",
        "sep=;\r\npath;label\r\na/tom.jpg;cat\r\nb/rex.jpg;dog\r\n",
        "\"path\";\"the, label\";label\na/tom.jpg;,,,;cat\nb/rex.jpg;,,,;dog\n",
        "\ufeffpath,label\r\na/tom.jpg,cat\r\nb/rex.jpg,dog\r\n",
        "path,label\ra/tom.jpg,cat\rb/rex.jpg,dog\r",
        "path,label\na\\tom.jpg,cat\nb\\rex.jpg,dog\n",
        "path, label\na/tom.jpg, \"cat\"\n \"b/rex.jpg\" , \"dog\" \n",
        "filename,class\na/tom.jpg,cat\nb/rex.jpg,dog\n",
        "Image_Path,Class Name\na/tom.jpg,cat\nb/rex.jpg,dog\n",
        "id,file,category\n1,a/tom.jpg,cat\n2,b/rex.jpg,dog\n",
        "a/tom.jpg,cat\nb/rex.jpg,dog\n",
        "path,cat,dog\na/tom.jpg,1,0\nb/rex.jpg,0,1\n",
        "filename;cat;dog\na/tom.jpg;1.0;0.0\nb/rex.jpg;0.0;1.0\n",
        "[{\"filename\": \"a/tom.jpg\", \"class\": \"cat\"},"
            + " {\"filename\": \"b/rex.jpg\", \"class\": \"dog\"}]"
      })
  void theSameImagesAreFoundHoweverATableIsWritten(String text) throws IOException {
    assertTwoPets(text);
  }

  @Test
  void utf16OfSpreadsheetsIsRead() throws IOException {
    String text = "\ufeffpath\tlabel\r\na/tom.jpg\tcat\r\nb/rex.jpg\tdog\r\n";
    assertTwoPets(text, StandardCharsets.UTF_16LE, columns -> columns);
    assertTwoPets(text, StandardCharsets.UTF_16BE, columns -> columns);
  }

  @Test
  void columnsOfOtherNamesAreTakenAsTold() throws IOException {
    assertTwoPets(
        "who,label,breed\na/tom.jpg,x,cat\nb/rex.jpg,y,dog\n",
        StandardCharsets.UTF_8,
        columns -> columns.withPath("who").withLabel("breed"));
  }

  @Test
  void anExtensionThatIsLeftOutIsAddedAsTold() throws IOException {
    for (String extension : List.of("jpg", ".jpg")) {
      assertTwoPets(
          "id,label\na/tom,cat\nb/rex,dog\n",
          StandardCharsets.UTF_8,
          columns -> columns.withExtension(extension));
    }
  }

  @Test
  void anExtensionThatIsLeftOutIsNoticedAtOnce() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Files.createFile(folder.resolve("a/tom.png"));
    Path table = table("id,label\na/tom,cat\nb/rex,dog\n", StandardCharsets.UTF_8);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(table).open())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE))
        .withMessageContaining("a/tom, which does not exist, but a/tom.png does")
        .withMessageContaining("data.extension to png");
  }

  @Test
  void aColumnThatIsNotThereIsNamed() throws IOException {
    Path table = table("path,breed\na.jpg,cat\n", StandardCharsets.UTF_8);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(table, columns -> columns.withLabel("kind")).open())
        .withMessageContaining("does not name the column kind exactly once; it names path, breed")
        .withMessageContaining("data.label-column");
  }

  @Test
  void severalOnesInARowMakeSeveralLabels() throws IOException {
    Path table = table("path,cat,dog\na.jpg,1,1\nb.jpg,0,1\n", StandardCharsets.UTF_8);
    Dataset pets = Manifest.of(table).open();
    assertThat(pets.target().multiLabel()).isTrue();
    assertThat(pets.labels(0)).containsExactly(0, 1);
    assertThat(pets.labels(1)).containsExactly(1);
  }

  @Test
  void jsonWithANumberForEachClassIsReadAsCsvWithAColumnForEach() throws IOException {
    Path table =
        table(
            """
            {"path": "a.jpg", "cat": 1, "dog": 0, "split": "train"}
            {"path": "b.jpg", "cat": false, "dog": true, "split": "train"}
            """,
            StandardCharsets.UTF_8);
    Dataset pets = Manifest.of(table).split(Split.TRAIN).open();
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(pets.target().multiLabel()).isFalse();
    assertThat(pets.labels(0)).containsExactly(0);
    assertThat(pets.labels(1)).containsExactly(1);
    Path several = table("[{\"path\": \"a.jpg\", \"cat\": 1, \"dog\": 1}]", StandardCharsets.UTF_8);
    assertThat(Manifest.of(several).open().target().multiLabel()).isTrue();
    Path other = table("[{\"path\": \"a.jpg\", \"cat\": 1, \"age\": 7}]", StandardCharsets.UTF_8);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(other).open())
        .withMessageContaining("has no label");
  }

  @Test
  void imagesOfFormatsThatAreNotReadAreLeftOutOfTablesAndNamed() throws IOException {
    Path table =
        table("path,label\na.jpg,cat\nb.jpg,dog\nphone.HEIC,dog\n", StandardCharsets.UTF_8);
    Dataset pets = Manifest.of(table).open();
    assertThat(pets.size()).isEqualTo(2);
    assertThat(pets.warnings()).singleElement().asString().contains("1 HEIC", "phone.HEIC");
    Path only = table("path,label\na.jpg,cat\nphone.HEIC,dog\n", StandardCharsets.UTF_8);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(only).open())
        .withMessageContaining("There are no images of dog")
        .withMessageContaining("1 HEIC");
    Path nothing = table("path,label\na.avif,cat\nphone.HEIC,dog\n", StandardCharsets.UTF_8);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(nothing).open())
        .withMessageContaining("in unsupported formats: 1 HEIC, 1 AVIF.");
  }

  @Test
  void aTableWithoutColumnNamesMayHaveSplits() throws IOException {
    Path table = table("a.jpg,cat,train\nb.jpg,dog,train\nc.jpg,cat,test", StandardCharsets.UTF_8);
    assertThat(Manifest.of(table).split(Split.TRAIN).open().size()).isEqualTo(2);
  }

  @Test
  void aNameWithABackslashIsTakenAsItIsWhereThereIsSuchAFile() throws IOException {
    Path literal = folder.resolve("a\\tom.jpg");
    if (literal.getNameCount() == folder.getNameCount() + 1) {
      Files.createFile(literal);
    }
    Path table = table("path,label\na\\tom.jpg,cat\nb.jpg,dog\n", StandardCharsets.UTF_8);
    assertThat(Manifest.of(table).open().file(0)).isEqualTo(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ok",
        "backslash",
        "semicolon",
        "keras_names",
        "noheader",
        "onehot",
        "spaces_quoted",
        "bom_crlf"
      })
  void tablesOfTheCasesAreRead(String name) {
    Dataset pets = Manifest.of(SharedData.path("cases/manifest/" + name + ".csv")).open();
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(pets.size()).isEqualTo(24);
    assertThat(pets.get(0).image().width()).isPositive();
    assertThat(pets.get(23).label()).isEqualTo(1);
  }

  @Test
  void theTableOfTheCasesWithoutExtensionsIsReadAsTold() {
    Path table = SharedData.path("cases/manifest/kaggle_noext.csv");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(table).open())
        .withMessageContaining("data.extension");
    Dataset pets = Manifest.of(table, columns -> columns.withExtension("jpg")).open();
    assertThat(pets.get(0).image().width()).isPositive();
  }
}
