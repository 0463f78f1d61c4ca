package dev.espalier.datasets.folder;

import static dev.espalier.datasets.files.ImagesForTests.picture;
import static dev.espalier.datasets.files.ImagesForTests.png;
import static dev.espalier.datasets.files.ImagesForTests.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.datasets.image.ImageFiles;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("pets");
  }

  private Path png(String file, int red) {
    return ImagesForTests.png(folder().resolve(file), red);
  }

  private List<String> files(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(i -> folder().relativize(dataset.file(i)).toString().replace('\\', '/'))
        .toList();
  }

  private static List<Integer> labels(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::label).toList();
  }

  private void assertRefused(LabelledImages description, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(description::open)
        .withMessage(message.replace("{folder}", folder().toString()));
  }

  @Test
  void blanksAndPercentSignsInNamesAreJustThat() {
    Path odd = temporary.resolve("my pets%20 + #1");
    Path tom = ImagesForTests.png(odd.resolve("big cat%41/tom 1%20.png"), 1);
    Path rex = ImagesForTests.png(odd.resolve("dog?/rex+%.png"), 2);

    Dataset pets =
        ImageFolder.of(odd)
            .decoder(ImageDecoder.standard().cachedIn(temporary.resolve("a cache%20")))
            .open();

    assertThat(pets.name()).isEqualTo("my pets%20 + #1");
    assertThat(pets.classNames()).containsExactly("big cat%41", "dog?");
    assertThat(pets.file(0)).isEqualTo(tom);
    assertThat(pets.file(1)).isEqualTo(rex);
    assertThat(pets.get(0).image()).isEqualTo(ImageFiles.read(tom));
    assertThat(pets.get(0).image()).isNotEqualTo(pets.get(1).image());
  }

  @Test
  void foldersAreClassesInTheOrderOfTheirNames() {
    png("dog/rex.png", 1);
    png("cat/tom.png", 2);
    png("cat/kitty.png", 3);
    png("Zebra/z.png", 4);

    Dataset pets = ImageFolder.of(folder()).open();

    assertThat(pets.name()).isEqualTo("pets");
    assertThat(pets.classNames()).containsExactly("Zebra", "cat", "dog");
    assertThat(files(pets))
        .containsExactly("Zebra/z.png", "cat/kitty.png", "cat/tom.png", "dog/rex.png");
    assertThat(labels(pets)).containsExactly(0, 1, 1, 2);
    assertThat(pets.get(2).image().at(0, 0, 0)).isEqualTo(2);
  }

  @Test
  void picturesOfAClassMayLieDeep() {
    png("cat/2024/may/tom.png", 1);
    png("cat/2024.png", 2);
    png("cat/2023/tom.png", 3);
    png("dog/rex.png", 4);

    assertThat(files(ImageFolder.of(folder()).open()))
        .containsExactly("cat/2023/tom.png", "cat/2024/may/tom.png", "cat/2024.png", "dog/rex.png");
  }

  @Test
  void hiddenFilesAndFoldersAreLeftOut() {
    png("cat/tom.png", 1);
    png("cat/.tom.png", 2);
    png("cat/.thumbnails/tom.png", 3);
    png("dog/rex.png", 4);
    png(".cache/rex.png", 5);

    assertThat(files(ImageFolder.of(folder()).open()))
        .containsExactly("cat/tom.png", "dog/rex.png");
  }

  @Test
  void otherFilesAreLeftAlone() {
    png("cat/tom.png", 1);
    png("dog/rex.png", 2);
    write(folder().resolve("dog/notes.txt"), "BMW".getBytes(StandardCharsets.UTF_8));
    write(folder().resolve("dog/Thumbs.db"), new byte[20]);
    write(folder().resolve("README.md"), new byte[1]);

    assertThat(ImageFolder.of(folder()).open().size()).isEqualTo(2);
  }

  @Test
  void nameOfAFileDoesNotDecideItsFormat() {
    png("dog/rex.png", 9);
    write(folder().resolve("cat/png.jpg"), picture("png", 0x010000));
    write(folder().resolve("cat/noextension"), picture("png", 0x020000));
    write(folder().resolve("cat/other.dat"), picture("bmp", 0x030000));

    Dataset pets = ImageFolder.of(folder()).open();

    assertThat(files(pets))
        .containsExactly("cat/noextension", "cat/other.dat", "cat/png.jpg", "dog/rex.png");
    assertThat(List.of(0, 1, 2)).map(i -> pets.get(i).image().at(0, 0, 0)).containsExactly(2, 3, 1);
  }

  @Test
  void linksAreFollowedButNotInCircles() throws IOException {
    Path elsewhere = ImagesForTests.png(temporary.resolve("elsewhere/tom.png"), 1).getParent();
    png("dog/rex.png", 2);
    Files.createSymbolicLink(folder().resolve("cat"), elsewhere);
    Files.createSymbolicLink(folder().resolve("dog/again.png"), folder().resolve("dog/rex.png"));
    Files.createSymbolicLink(folder().resolve("dog/circle"), folder());

    assertThat(files(ImageFolder.of(folder()).open()))
        .containsExactly("cat/tom.png", "dog/again.png", "dog/rex.png");
  }

  @Test
  void linkToNothingIsAnUnreadablePicture() throws IOException {
    png("cat/tom.png", 1);
    png("dog/rex.png", 2);
    Path link = folder().resolve("dog/gone.png");
    Files.createSymbolicLink(link, folder().resolve("nowhere.png"));

    Dataset pets = ImageFolder.of(folder()).unreadable(UnreadableImages.SKIP).open();

    assertThat(pets.size()).isEqualTo(2);
    assertThat(pets.unreadableFiles())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.file()).isEqualTo(link);
              assertThat(file.reason())
                  .isEqualTo("The image " + link + " cannot be read: it does not exist.");
            });
  }

  @Test
  void accentsMayBeWrittenInEitherWay() {
    png("caf\u00e9/a.png", 1);
    png("cafe\u0301s/a.png", 2);

    assertThat(ImageFolder.of(folder()).open().classNames())
        .containsExactly("caf\u00e9", "caf\u00e9s");
  }

  @Test
  void foldersNamedLikeSplitsAreSplits() {
    png("train/dog/a.png", 1);
    png("train/cat/b.png", 2);
    png("valid/dog/c.png", 3);
    png("test/emu/d.png", 4);

    Dataset train = ImageFolder.of(folder()).split(Split.TRAIN).open();
    Dataset validation = ImageFolder.of(folder()).split(Split.VALIDATION).open();
    Dataset test = ImageFolder.of(folder()).split(Split.TEST).open();

    assertThat(train.name()).isEqualTo("pets/train");
    assertThat(files(train)).containsExactly("train/cat/b.png", "train/dog/a.png");
    assertThat(files(validation)).containsExactly("valid/dog/c.png");
    assertThat(files(test)).containsExactly("test/emu/d.png");
    assertThat(List.of(train, validation, test))
        .allSatisfy(part -> assertThat(part.classNames()).containsExactly("cat", "dog", "emu"));
    assertThat(labels(validation)).containsExactly(1);
    assertThat(ImageFolder.of(folder()).open().size()).isEqualTo(4);
  }

  @Test
  void foldersThatAreNotAllNamedLikeSplitsAreClasses() {
    png("train/a.png", 1);
    png("bus/a.png", 2);

    assertThat(ImageFolder.of(folder()).open().classNames()).containsExactly("bus", "train");
  }

  @Test
  void divisionIsStratifiedSeededAndWithoutOverlap() {
    for (int i = 0; i < 20; i++) {
      png("cat/" + i + ".png", i);
      if (i < 10) {
        png("dog/" + i + ".png", i);
      }
    }

    List<Dataset> parts = new ArrayList<>();
    for (Split split : Split.values()) {
      parts.add(ImageFolder.of(folder()).division(0.6, 0.2, 0.2).seed(7).split(split).open());
    }

    assertThat(parts)
        .extracting(Dataset::name)
        .containsExactly("pets/train", "pets/validation", "pets/test");
    assertThat(parts).extracting(ImageFolderTest::countOfDogs).containsExactly(6L, 2L, 2L);
    assertThat(parts).extracting(Dataset::size).containsExactly(18, 6, 6);
    Set<String> all = new HashSet<>();
    parts.forEach(part -> all.addAll(files(part)));
    assertThat(all).hasSize(30);
    assertThat(
            files(
                ImageFolder.of(folder()).division(0.6, 0.2, 0.2).seed(7).split(Split.TEST).open()))
        .isEqualTo(files(parts.get(2)));
    assertThat(
            files(
                ImageFolder.of(folder()).division(0.6, 0.2, 0.2).seed(8).split(Split.TEST).open()))
        .isNotEqualTo(files(parts.get(2)));
  }

  private static long countOfDogs(Dataset dataset) {
    return labels(dataset).stream().filter(label -> label == 1).count();
  }

  @Test
  void classesCanBeChosenAndOrdered() {
    png("cat/a.png", 1);
    png("dog/a.png", 2);
    png("emu/a.png", 3);

    Dataset pets = ImageFolder.of(folder()).classes("emu", "cat").open();

    assertThat(pets.classNames()).containsExactly("emu", "cat");
    assertThat(files(pets)).containsExactly("cat/a.png", "emu/a.png");
    assertThat(labels(pets)).containsExactly(1, 0);
  }

  @Test
  void picturesPerClassCanBeLimited() {
    for (int i = 0; i < 4; i++) {
      png("cat/" + i + ".png", i);
    }
    png("dog/a.png", 9);

    assertThat(files(ImageFolder.of(folder()).limitPerClass(2).open()))
        .containsExactly("cat/0.png", "cat/1.png", "dog/a.png");
  }

  @Test
  void damagedPictureIsAnErrorWhenItIsRead() {
    png("cat/tom.png", 1);
    Path damaged = write(folder().resolve("dog/rex.png"), new byte[] {1, 2, 3});

    Dataset pets = ImageFolder.of(folder()).open();

    assertThat(pets.size()).isEqualTo(2);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> pets.get(1))
        .withMessageStartingWith(damaged + " is not an image in a supported format.");
  }

  @Test
  void missingFolderIsRefused() {
    assertRefused(
        ImageFolder.of(folder()),
        "{folder} does not exist. Give the folder that contains one folder of images"
            + " per class. [ESP-701]");
  }

  @Test
  void fileIsNotAFolder() {
    write(folder(), new byte[1]);

    assertRefused(
        ImageFolder.of(folder()),
        "{folder} is not a folder. Give the folder that contains one folder of images"
            + " per class. [ESP-701]");
  }

  @Test
  void emptyFolderIsRefused() throws IOException {
    Files.createDirectories(folder());

    assertRefused(
        ImageFolder.of(folder()),
        "There are no images in {folder}. Create one folder per class in it, with the"
            + " images of that class: {folder}/cat/tom.jpg. [ESP-302]");
  }

  @Test
  void picturesWithoutClassesAreRefused() {
    png("tom.png", 1);

    assertRefused(
        ImageFolder.of(folder()),
        "The folder {folder} holds images, but no folders for classes. Create one"
            + " folder per class in it, with the images of that class: {folder}/cat/tom.jpg."
            + " [ESP-305]");
  }

  @Test
  void classWithoutPicturesIsRefused() throws IOException {
    png("cat/tom.png", 1);
    png("dog/rex.png", 1);
    Files.createDirectories(folder().resolve("emu"));

    assertRefused(
        ImageFolder.of(folder()),
        "There are no images of emu in {folder}. Add some, or remove the empty"
            + " folders. [ESP-302]");
  }

  @Test
  void oneClassAloneIsRefused() {
    png("cat/tom.png", 1);

    assertRefused(
        ImageFolder.of(folder()),
        "There is only one class, cat, in {folder}. A classifier needs two or more"
            + " classes: add images of another class. [ESP-305]");
  }

  @Test
  void classesThatDifferByCaseAloneAreRefused() {
    png("cat/tom.png", 1);
    png("Cat/kitty.png", 1);
    png("dog/rex.png", 1);

    assertRefused(
        ImageFolder.of(folder()),
        "The classes Cat and cat in {folder} differ only in case. Merge them, or"
            + " rename one of them. [ESP-305]");
  }

  @Test
  void unknownClassNamesTheNearest() {
    png("cat/tom.png", 1);
    png("dog/rex.png", 1);

    assertRefused(
        ImageFolder.of(folder()).classes("dig", "cat"),
        "There is no class in {folder} named \"dig\". Known names, nearest first: dog, cat."
            + " [ESP-601]");
  }

  @Test
  void classNamedTwiceIsRefused() {
    png("cat/tom.png", 1);
    png("dog/rex.png", 1);

    assertRefused(
        ImageFolder.of(folder()).classes("dog", "dog"),
        "There is a duplicate class in dog, dog. Name each class once. [ESP-102]");
  }

  @Test
  void missingPartNamesThoseThatAreThere() {
    png("train/cat/a.png", 1);
    png("val/dog/a.png", 1);

    assertRefused(
        ImageFolder.of(folder()).split(Split.TEST),
        "There is no test split in {folder}. It has the splits train, val: use one of"
            + " these, or add one. [ESP-305]");
  }

  @Test
  void partOfAnUndividedFolderIsRefused() {
    png("cat/a.png", 1);
    png("dog/a.png", 1);

    assertRefused(
        ImageFolder.of(folder()).split(Split.TEST),
        "There is no test split of {folder}, which is not divided into splits. Divide"
            + " it with division(0.8, 0.1, 0.1), or name its folders train, val and test."
            + " [ESP-305]");
  }

  @Test
  void twoFoldersForOnePartAreRefused() {
    png("train/cat/a.png", 1);
    png("val/dog/a.png", 1);
    png("valid/dog/a.png", 1);

    assertRefused(
        ImageFolder.of(folder()),
        "{folder}/val and {folder}/valid are two folders for the same split. Put their"
            + " images into one of them. [ESP-305]");
  }

  @Test
  void fractionsThatDoNotAddUpToOneAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder()).division(0.8, 0.1, 0.2))
        .withMessage(
            "A data set cannot be divided into fractions of 0.8, 0.1 and 0.2. Give fractions for"
                + " training, validation and test that add up to 1, such as 0.8, 0.1 and 0.1; the"
                + " first above 0. [ESP-102]");
  }

  @Test
  void limitOfNothingIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder()).limitPerClass(0))
        .withMessage("A limit of 0 images leaves no samples in a class. Give 1 or more. [ESP-102]");
  }

  @Test
  void dataSetByNameDividesAFolderWithoutSplits() {
    for (int i = 0; i < 10; i++) {
      png("cat/" + i + ".png", i);
      png("dog/" + i + ".png", i);
    }

    assertThat(byName(Split.TRAIN).size()).isEqualTo(16);
    assertThat(byName(Split.VALIDATION).size()).isEqualTo(2);
    assertThat(byName(Split.TEST).size()).isEqualTo(2);
  }

  @Test
  void dataSetByNameGivesTheValidationPartWhereThereIsNoTestPart() {
    png("train/cat/a.png", 1);
    png("val/dog/a.png", 1);

    assertThat(byName(Split.TEST).name()).isEqualTo("pets/validation");
    assertThat(files(byName(Split.TEST))).containsExactly("val/dog/a.png");
  }

  private Dataset byName(Split split) {
    return new ImageFolderProvider().open(new DatasetRequest(split, folder(), 3));
  }
}
