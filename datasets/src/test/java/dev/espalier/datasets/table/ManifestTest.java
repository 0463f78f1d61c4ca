package dev.espalier.datasets.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path folder;

  private Path manifest(String... lines) {
    return ImagesForTests.write(
        folder.resolve("pets.csv"), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private List<String> files(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(i -> folder.relativize(dataset.file(i)).toString().replace('\\', '/'))
        .toList();
  }

  private static List<Integer> labels(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::label).toList();
  }

  private static List<List<Integer>> labelLists(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::labels).toList();
  }

  private void assertRefused(Path manifest, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Manifest.of(manifest).open())
        .withMessage(message.replace("{file}", manifest.toString()));
  }

  @Test
  void blanksAndPercentSignsInPathsAreJustThat() throws IOException {
    Path tom = ImagesForTests.png(folder.resolve("my pets%20/tom 1%41.png"), 1);
    Path rex = ImagesForTests.png(folder.resolve("my pets%20/rex+.png"), 2);
    Path table =
        Files.writeString(
            folder.resolve("a table%20.csv"),
            "path,label\nmy pets%20/tom 1%41.png,cat\n" + rex + ",dog\n");

    Dataset pets = Manifest.of(table).open();

    assertThat(pets.file(0)).isEqualTo(tom);
    assertThat(pets.file(1)).isEqualTo(rex);
    assertThat(pets.get(0).image()).isNotEqualTo(pets.get(1).image());
  }

  @Test
  void picturesHaveTheOrderOfTheFileAndClassesThatOfTheirNames() {
    ImagesForTests.png(folder.resolve("b/rex.png"), 7);

    Dataset pets =
        Manifest.of(manifest("path,label", "b/rex.png,dog", "a/tom.png,cat", "a/z.png,dog")).open();

    assertThat(pets.name()).isEqualTo("pets");
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(files(pets)).containsExactly("b/rex.png", "a/tom.png", "a/z.png");
    assertThat(labels(pets)).containsExactly(1, 0, 1);
    assertThat(pets.get(0).image().at(0, 0, 0)).isEqualTo(7);
  }

  @Test
  void columnsMayStandInAnyOrderAmongOthers() {
    Dataset pets =
        Manifest.of(manifest("\ufeffid,Label,size,PATH", "1,dog,9,a.png", "2,cat,9,b.png")).open();

    assertThat(files(pets)).containsExactly("a.png", "b.png");
    assertThat(labels(pets)).containsExactly(1, 0);
  }

  @Test
  void quotesHoldCommasQuotesAndLineBreaks() {
    Dataset pets =
        Manifest.of(
                manifest(
                    "path,label\r",
                    "\"a, b.png\",\"the \"\"big\"\" dog\"\r",
                    "\r",
                    "c.png,\"two",
                    "lines\"\r"))
            .open();

    assertThat(files(pets)).containsExactly("a, b.png", "c.png");
    assertThat(pets.classNames()).containsExactly("the \"big\" dog", "two\nlines");
  }

  @Test
  void jsonArrayGivesTheSame() {
    Dataset pets =
        Manifest.of(
                manifest(
                    " [{\"path\": \"a.png\", \"label\": \"dog\", \"size\": [4, 3]},",
                    "  {\"label\": 7, \"path\": \"b.png\", \"split\": null}]"))
            .open();

    assertThat(files(pets)).containsExactly("a.png", "b.png");
    assertThat(pets.classNames()).containsExactly("7", "dog");
  }

  @Test
  void jsonLinesGiveTheSame() {
    Dataset pets =
        Manifest.of(
                manifest(
                    "{\"path\": \"a.png\", \"label\": \"dog\"}",
                    "",
                    "{\"path\": \"b.png\", \"label\": \"cat\"}"))
            .open();

    assertThat(files(pets)).containsExactly("a.png", "b.png");
  }

  @Test
  void splitsAreParts() {
    Path manifest =
        manifest("path,label,split", "a.png,dog,train", "b.png,cat,Train", "c.png,cat,valid");

    assertThat(files(Manifest.of(manifest).split(Split.TRAIN).open()))
        .containsExactly("a.png", "b.png");
    assertThat(files(Manifest.of(manifest).split(Split.VALIDATION).open()))
        .containsExactly("c.png");
    assertThat(Manifest.of(manifest).split(Split.VALIDATION).open().classNames())
        .containsExactly("cat", "dog");
  }

  @Test
  void dataSetByNameGivesTheHeldOutPartForTheOtherToo() {
    Path manifest = manifest("path,label,split", "a.png,dog,train", "b.png,cat,test");

    Dataset part = new ManifestProvider().open(new DatasetRequest(Split.VALIDATION, manifest, 1));

    assertThat(files(part)).containsExactly("b.png");
  }

  @Test
  void missingPictureIsLeftOutAndReportedIfWanted() {
    ImagesForTests.png(folder.resolve("a.png"), 1);
    Path manifest = manifest("path,label", "a.png,dog", "b.png,cat");

    Dataset pets = Manifest.of(manifest).unreadable(UnreadableImages.SKIP).open();

    assertThat(files(pets)).containsExactly("a.png");
    assertThat(pets.unreadableFiles())
        .singleElement()
        .satisfies(
            file ->
                assertThat(file.reason())
                    .isEqualTo(
                        "The image "
                            + folder.resolve("b.png")
                            + " cannot be read: it does not exist."));
  }

  @Test
  void missingColumnIsRefused() {
    assertRefused(
        manifest("path,breed", "a.png,dog"),
        "The first line of {file} does not name the column label exactly once; it"
            + " names path, breed. Start the file with the line path,label or"
            + " path,label,split, or set data.label-column to the name of the column with"
            + " the classes. [ESP-301]");
  }

  @Test
  void missingLabelIsRefused() {
    assertRefused(
        manifest("path,label", "a.png,dog", "b.png,"),
        "Line 3 of {file} has no label. Give the class of each image, or leave the"
            + " image out. [ESP-301]");
  }

  @Test
  void missingPathIsRefused() {
    assertRefused(
        manifest("[{\"label\": \"dog\"}]"),
        "Entry 1 of {file} has no path. Give the file of each image. [ESP-301]");
  }

  @Test
  void barsSeparateSeveralLabelsOfOnePicture() {
    Dataset pets =
        Manifest.of(manifest("path,label", "a.png,dog", "b.png, wet | cat ", "c.png,\"cat|dog\""))
            .open();

    assertThat(pets.target().multiLabel()).isTrue();
    assertThat(pets.classNames()).containsExactly("cat", "dog", "wet");
    assertThat(labelLists(pets)).containsExactly(List.of(1), List.of(0, 2), List.of(0, 1));
  }

  @Test
  void jsonArraysAreSeveralLabelsOfOnePicture() {
    Dataset pets =
        Manifest.of(
                manifest(
                    "{\"path\": \"a.png\", \"label\": [\"wet\", \"dog\"]}",
                    "{\"path\": \"b.png\", \"label\": \"c|t\"}",
                    "{\"path\": \"c.png\", \"label\": [7]}"))
            .open();

    assertThat(pets.target().multiLabel()).isTrue();
    assertThat(pets.classNames()).containsExactly("7", "c|t", "dog", "wet");
    assertThat(labelLists(pets)).containsExactly(List.of(2, 3), List.of(1), List.of(0));
  }

  @Test
  void arraysOfOneLabelMakeADataSetMultiLabelToo() {
    assertThat(
            Manifest.of(
                    manifest(
                        "[{\"path\": \"a.png\", \"label\": [\"dog\"]},",
                        "{\"path\": \"b.png\", \"label\": [\"cat\"]}]"))
                .open()
                .target()
                .multiLabel())
        .isTrue();
    assertThat(
            Manifest.of(manifest("path,label", "a.png,dog", "b.png,cat"))
                .open()
                .target()
                .multiLabel())
        .isFalse();
  }

  @Test
  void everyPartOfAMultiLabelManifestIsMultiLabel() {
    Path manifest =
        manifest("path,label,split", "a.png,dog|wet,train", "b.png,cat,test", "c.png,dog,test");

    Dataset test = Manifest.of(manifest).split(Split.TEST).open();

    assertThat(test.target().multiLabel()).isTrue();
    assertThat(labelLists(test)).containsExactly(List.of(0), List.of(1));
  }

  @Test
  void chosenClassesLeaveOutTheOthersOfAPicture() {
    Path manifest =
        manifest("path,label", "a.png,dog|wet", "b.png,cat", "c.png,wet", "d.png,cat|dog");

    Dataset pets = Manifest.of(manifest).classes("dog", "cat").open();

    assertThat(files(pets)).containsExactly("a.png", "b.png", "d.png");
    assertThat(labelLists(pets)).containsExactly(List.of(0), List.of(1), List.of(0, 1));
    assertThat(files(Manifest.of(manifest).limitPerClass(1).open()))
        .containsExactly("a.png", "b.png");
  }

  @Test
  void multiLabelPicturesAreDividedAndMayBeSkipped() {
    String[] lines = new String[41];
    lines[0] = "path,label";
    for (int i = 0; i < 40; i++) {
      ImagesForTests.png(folder.resolve(i + ".png"), i);
      lines[i + 1] = i + ".png," + (i % 4 == 0 ? "even|fourth" : i % 2 == 0 ? "even" : "odd");
    }
    ImagesForTests.write(folder.resolve("3.png"), new byte[] {1});
    LabelledImages numbers =
        Manifest.of(manifest(lines)).unreadable(UnreadableImages.SKIP).division(.8, 0, .2);

    Dataset train = numbers.split(Split.TRAIN).open();
    Dataset test = numbers.split(Split.TEST).open();

    assertThat(train.target().multiLabel()).isTrue();
    assertThat(test.target().multiLabel()).isTrue();
    assertThat(train.size() + test.size()).isEqualTo(39);
    assertThat(labelLists(test).stream().filter(labels -> labels.contains(1))).hasSize(2);
    assertThat(test.unreadableFiles()).hasSize(1);
  }

  @Test
  void emptyAndRepeatedLabelsAreRefused() {
    assertRefused(
        manifest("path,label", "a.png,dog", "b.png,cat||dog"),
        "Line 3 of {file} has an empty label in a list of labels. Write only names; in"
            + " CSV, separate them with |, as in cat|sofa. [ESP-301]");
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": [\"dog\", null]}]"),
        "Entry 1 of {file} has an empty label in a list of labels. Write only names;"
            + " in CSV, separate them with |, as in cat|sofa. [ESP-301]");
    assertRefused(
        manifest("path,label", "a.png,dog|cat|dog"),
        "Line 2 of {file} has the label \"dog\" twice. List each class of an image"
            + " once. [ESP-301]");
  }

  @Test
  void arrayOfNoLabelsIsAMissingLabel() {
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": []}]"),
        "Entry 1 of {file} has no label. Give the class of each image, or leave the"
            + " image out. [ESP-301]");
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": null}]"),
        "Entry 1 of {file} has no label. Give the class of each image, or leave the"
            + " image out. [ESP-301]");
  }

  @Test
  void labelThatIsNoTextIsRefused() {
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": {\"name\": \"dog\"}}]"),
        "The label of entry 1 of {file} is not a string. Give one class, or several as"
            + " an array of strings. [ESP-301]");
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": [[\"dog\"]]}]"),
        "The label of entry 1 of {file} is not a string. Give one class, or several as"
            + " an array of strings. [ESP-301]");
  }

  @Test
  void splitOfSomePicturesAloneIsRefused() {
    assertRefused(
        manifest("path,label,split", "a.png,dog,train", "b.png,cat,"),
        "Line 3 of {file} has no split, but others have. Give a split for all images"
            + " or for none. [ESP-301]");
    assertRefused(
        manifest("path,label,split", "a.png,dog,", "b.png,cat,test"),
        "Line 3 of {file} has a split, but others have none. Give a split for all"
            + " images or for none. [ESP-301]");
  }

  @Test
  void unknownSplitIsRefused() {
    assertRefused(
        manifest("path,label,split", "a.png,dog,tarin"),
        "Line 2 of {file} has the split \"tarin\". Write train, val or test. [ESP-301]");
  }

  @Test
  void pictureNamedTwiceIsRefused() {
    assertRefused(
        manifest("path,label", "a.png,dog", "b/../a.png,cat"),
        "Line 3 of {file} names b/../a.png again, which is in line 2. List each image"
            + " once, so that splits do not overlap. [ESP-301]");
  }

  @Test
  void lineWithTooManyValuesIsRefused() {
    assertRefused(
        manifest("path,label", "a, b.png,dog"),
        "Line 2 of {file} has 3 values for 2 columns. Put values that hold a comma in double"
            + " quotes. [ESP-301]");
  }

  @Test
  void quoteThatIsNeverClosedIsRefused() {
    assertRefused(
        manifest("path,label", "a.png,\"dog", "b.png,cat"),
        "A double quote in line 2 of {file} is never closed. Close it; write a quote"
            + " inside quotes as two quotes. [ESP-301]");
    assertRefused(
        manifest("path,label", "\"a.png\"x,dog"),
        "Line 2 of {file} continues after a closing double quote. Put the whole value"
            + " in quotes, and write a quote inside it as two quotes. [ESP-301]");
  }

  @Test
  void damagedJsonIsRefused() {
    assertRefused(
        manifest("[{\"path\": \"a.png\", \"label\": \"dog\"}"),
        "{file} is not valid JSON. Write an array of objects with path and label, or"
            + " one such object on each line. [ESP-301]");
    assertRefused(
        manifest("{\"path\": \"a.png\", \"label\": \"dog\"}", "{\"path\""),
        "{file} is not valid JSON, in line 2. Write an array of objects with path and"
            + " label, or one such object on each line. [ESP-301]");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    Path latin =
        ImagesForTests.write(
            folder.resolve("latin.csv"),
            "path,label\ncaf\u00e9.png,x".getBytes(StandardCharsets.ISO_8859_1));

    assertRefused(latin, "{file} is not text in UTF-8. Save it again as UTF-8. [ESP-301]");
  }

  @Test
  void manifestWithoutPicturesIsRefused() {
    assertRefused(
        manifest("path,label"),
        "There are no images in {file}. Add lines with path and label, such as"
            + " cat/tom.jpg,cat. [ESP-302]");
  }

  @Test
  void oneClassAloneAndClassesThatDifferByCaseAreRefused() {
    assertRefused(
        manifest("path,label", "a.png,dog"),
        "There is only one class, dog, in {file}. A classifier needs two or more"
            + " classes: add images of another class. [ESP-305]");
    assertRefused(
        manifest("path,label", "a.png,dog", "b.png,Dog"),
        "The classes Dog and dog in {file} differ only in case. Merge them, or rename"
            + " one of them. [ESP-305]");
  }

  @Test
  void missingManifestIsRefused() {
    assertRefused(
        folder.resolve("none.csv"),
        "{file} cannot be read: it does not exist. Give the file that lists the"
            + " images: CSV or JSON with path and label. [ESP-701]");
    assertRefused(
        folder,
        "{file} is a folder. Give the file that lists the images, or open the folder"
            + " as image-folder. [ESP-701]");
  }
}
