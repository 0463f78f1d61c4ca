package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.ConfigurationSource;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.text.ContactSheet;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.SampleAugmentation;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.datasets.image.ImageFiles;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows augmented images. */
@Command(
    name = "preview",
    header = "Draws augmented images.",
    description =
        "One row per image: the original, then what the first epochs of training see. "
            + "Image files stand for samples 0, 1 and so on; --sample draws samples of the "
            + "training data exactly as training with the same settings sees them, before "
            + "they are resized.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier preview --set augmentations=random-flip,random-rotation cat.jpg",
      "  espalier preview --config espalier.conf --data photos --sample 0,1,2"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class PreviewCommand extends Subcommand {
  @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "Image files.")
  List<Path> images = List.of();

  private final Sheet sheet = new Sheet();
  private final Samples chosen = new Samples();
  private final DataOptions data = new DataOptions();
  private final ConfigurationArguments arguments = new ConfigurationArguments();

  PreviewCommand() {}

  /** The samples to draw. */
  static final class Samples {
    @Option(
        names = "--sample",
        paramLabel = "INDEX",
        split = ",",
        description = "Samples of the training data, counted from 0. Repeatable.")
    List<Integer> indexes = new ArrayList<>();

    Samples() {}
  }

  /** How to draw them. */
  static final class Sheet {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        defaultValue = "preview.png",
        description = "PNG file to write; it must be new. Default: ${DEFAULT-VALUE}.")
    Path output = Path.of("preview.png");

    @Option(
        names = "--copies",
        paramLabel = "NUMBER",
        defaultValue = "6",
        description = "Augmented copies of each image. Default: ${DEFAULT-VALUE}.")
    int copies = 6;

    @Option(
        names = "--size",
        paramLabel = "PIXELS",
        defaultValue = "160",
        description = "Height and width of a cell. Default: ${DEFAULT-VALUE}.")
    int size = 160;

    Sheet() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS)
            .with(DataOptions.DOWNLOAD)
            .with(chosen),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, sheet));
  }

  @Override
  public Integer call() {
    if (sheet.copies < 1 || sheet.copies > 100 || sheet.size < 16 || sheet.size > 1000) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A preview cannot have " + sheet.copies + " copies of " + sheet.size + " pixels.",
          "Give --copies from 1 to 100, and --size from 16 to 1000.");
    }
    if (images.isEmpty() && chosen.indexes.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to preview.",
          "Name image files, or samples of the training data with --sample.");
    }
    if (Files.exists(sheet.output)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The file " + sheet.output + " is there already.",
          "Name another one with --output: nothing is overwritten.");
    }
    PluginRegistry registry = registry(arguments);
    Configuration configuration =
        arguments.read(
            registry,
            List.of(
                List.of(RunSettings.DATASET.byDefault(DataOptions.DEFAULT_DATASET)),
                given().forAnySplit()));
    List<Augmentation> augmentations = configuration.get(RunSettings.AUGMENTATIONS);
    if (augmentations.isEmpty()) {
      @Nullable ConfigurationSource file = arguments.file();
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          file == null
              ? "The configuration has no augmentations."
              : "The configuration " + file + " has no augmentations.",
          "Add augmentations = [...] to it, or --set augmentations=NAME. Names: "
              + String.join(", ", registry.augmentations().names())
              + ".");
    }
    List<List<Image>> rows =
        rows(
            configuration,
            new SampleAugmentation(augmentations, configuration.get(RunSettings.SEED)));
    ContactSheet.write(sheet.output, rows, sheet.size);
    out().println("Preview  " + sheet.output);
    augmentations.forEach(augmentation -> out().println("         " + augmentation));
    out().flush();
    return 0;
  }

  private List<List<Image>> rows(Configuration configuration, SampleAugmentation augmentation) {
    List<List<Image>> rows = new ArrayList<>();
    for (int index = 0; index < images.size(); index++) {
      rows.add(row(ImageFiles.read(images.get(index)), index, augmentation));
    }
    if (!chosen.indexes.isEmpty()) {
      data.take(configuration);
      LoadingOptions loading = new LoadingOptions();
      loading.take(configuration);
      Dataset train = loading.apply(data.open(configuration, Split.TRAIN, err()), err());
      for (int index : chosen.indexes) {
        if (index < 0 || index >= train.size()) {
          throw new EspalierException(
              ErrorCode.INVALID_OPTION,
              train.name() + " has no sample " + index + ".",
              "Give --sample from 0 to " + (train.size() - 1) + ".");
        }
        rows.add(row(train.get(index).image(), index, augmentation));
      }
    }
    return rows;
  }

  /**
   * Returns an image followed by its augmented versions, as a sample with this index in the first
   * epochs of a training.
   */
  private List<Image> row(Image image, int index, SampleAugmentation augmentation) {
    List<Image> row = new ArrayList<>(List.of(image));
    for (int epoch = 0; epoch < sheet.copies; epoch++) {
      row.add(augmentation.apply(image, index, epoch));
    }
    return row;
  }
}
