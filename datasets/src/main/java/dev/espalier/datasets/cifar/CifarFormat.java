package dev.espalier.datasets.cifar;

import dev.espalier.data.Split;
import java.util.List;
import java.util.Map;

/**
 * The file format of a CIFAR data set: files of records of equal length, each with some label bytes
 * and 3,072 pixel bytes (all red values of 32x32 pixels, then green, then blue).
 *
 * @param title display name
 * @param folder that the published archive unpacks to
 * @param archive name of the published archive
 * @param labels meaning of each label byte of a record, in order
 * @param files data files by the split they belong to
 */
record CifarFormat(
    String title,
    String folder,
    String archive,
    List<LabelSet> labels,
    Map<Split, List<String>> files) {
  static final int SIDE = 32;
  static final int PIXEL_BYTES = SIDE * SIDE * 3;

  public static final CifarFormat CIFAR_10 =
      new CifarFormat(
          "CIFAR-10",
          "cifar-10-batches-bin",
          "cifar-10-binary.tar.gz",
          List.of(
              new LabelSet(
                  "label",
                  "batches.meta.txt",
                  """
                  airplane automobile bird cat deer dog frog horse ship truck
                  """)),
          Map.of(
              Split.TRAIN,
              List.of(
                  "data_batch_1.bin",
                  "data_batch_2.bin",
                  "data_batch_3.bin",
                  "data_batch_4.bin",
                  "data_batch_5.bin"),
              Split.TEST,
              List.of("test_batch.bin")));

  public static final CifarFormat CIFAR_100 =
      new CifarFormat(
          "CIFAR-100",
          "cifar-100-binary",
          "cifar-100-binary.tar.gz",
          List.of(
              new LabelSet(
                  "coarse label",
                  "coarse_label_names.txt",
                  """
                  aquatic_mammals fish flowers food_containers fruit_and_vegetables
                  household_electrical_devices household_furniture insects large_carnivores
                  large_man-made_outdoor_things large_natural_outdoor_scenes
                  large_omnivores_and_herbivores
                  medium_mammals non-insect_invertebrates people reptiles small_mammals trees
                  vehicles_1 vehicles_2
                  """),
              new LabelSet(
                  "fine label",
                  "fine_label_names.txt",
                  """
                  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge
                  bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud
                  cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox
                  girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man
                  maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree
                  pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray
                  road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel
                  streetcar sunflower sweet_pepper table tank telephone television tiger tractor train
                  trout tulip turtle wardrobe whale willow_tree wolf woman worm
                  """)),
          Map.of(Split.TRAIN, List.of("train.bin"), Split.TEST, List.of("test.bin")));

  /** Index of the coarse label in a record of CIFAR-100. */
  public static final int COARSE = 0;

  /** Index of the fine label in a record of CIFAR-100. */
  public static final int FINE = 1;

  int recordBytes() {
    return labels.size() + PIXEL_BYTES;
  }

  /**
   * One of the labels of a record.
   *
   * @param title display name
   * @param namesFile text file with one class name per line
   * @param canonicalNames the publisher's names, for copies without the file
   */
  record LabelSet(String title, String namesFile, List<String> canonicalNames) {
    private LabelSet(String title, String namesFile, String canonicalNames) {
      this(title, namesFile, List.of(canonicalNames.trim().split("\\s+")));
    }

    int count() {
      return canonicalNames.size();
    }
  }
}
