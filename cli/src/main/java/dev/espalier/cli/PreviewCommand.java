package dev.espalier.cli;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageFiles;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what augmentations make of pictures. */
@Command(
    name = "preview",
    header = "Draws what the augmentations of a configuration make of pictures.",
    description = {
      "A row for each picture: as it is, then as the first epochs of a training would see it.",
      "Augmentations come from the configuration file, or for example from",
      "--set augmentations=random-flip,random-rotation --set augmentations.1.factor=0.1"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class PreviewCommand extends Subcommand {
  @Parameters(paramLabel = "PICTURE", arity = "1..*", description = "Picture files.")
  List<Path> pictures = List.of();

  @ArgGroup(validate = false, heading = "%nPreview:%n", order = 1)
  Sheet sheet = new Sheet();

  @ArgGroup(validate = false, heading = "%nConfiguration:%n", order = 2)
  ConfigurationArguments arguments = new ConfigurationArguments();

  PreviewCommand() {}

  /** What is drawn. */
  static final class Sheet {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        defaultValue = "preview.png",
        description = "PNG file to write; it must be new (default: ${DEFAULT-VALUE}).")
    Path output = Path.of("preview.png");

    @Option(
        names = "--copies",
        paramLabel = "NUMBER",
        defaultValue = "6",
        description = "Changed copies of each picture (default: ${DEFAULT-VALUE}).")
    int copies = 6;

    @Option(
        names = "--size",
        paramLabel = "PIXELS",
        defaultValue = "160",
        description = "Height and width of a cell (default: ${DEFAULT-VALUE}).")
    int size = 160;

    Sheet() {}
  }

  @Override
  public Integer call() {
    if (sheet.copies < 1 || sheet.copies > 100 || sheet.size < 16 || sheet.size > 1000) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A preview cannot have " + sheet.copies + " copies of " + sheet.size + " pixels.",
          "Give --copies from 1 to 100, and --size from 16 to 1000.");
    }
    if (Files.exists(sheet.output)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The file " + sheet.output + " is there already.",
          "Name another one with --output: nothing is overwritten.");
    }
    PluginRegistry registry = registry();
    Configuration configuration = arguments.read(registry);
    List<Augmentation> augmentations = configuration.create(RunSettings.AUGMENTATIONS);
    if (augmentations.isEmpty()) {
      @Nullable Path file = arguments.file();
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          file == null
              ? "The configuration has no augmentations."
              : "The configuration " + file + " has no augmentations.",
          "Add augmentations = [...] to it, or --set augmentations=NAME. Names: "
              + String.join(", ", registry.augmentations().names())
              + ".");
    }
    List<List<Image>> rows = new ArrayList<>();
    for (int index = 0; index < pictures.size(); index++) {
      rows.add(row(ImageFiles.read(pictures.get(index)), index, augmentations, configuration));
    }
    ContactSheet.write(sheet.output, rows, sheet.size);
    out().println("Preview  " + sheet.output);
    augmentations.forEach(augmentation -> out().println("         " + augmentation));
    out().flush();
    return 0;
  }

  /** Draws the numbers that a training draws for a sample of this index in its first epochs. */
  private List<Image> row(
      Image picture, int index, List<Augmentation> augmentations, Configuration configuration) {
    List<Image> row = new ArrayList<>(List.of(picture));
    RandomKey seed = RandomKey.ofSeed(configuration.get(RunSettings.SEED)).with("augment");
    for (int epoch = 0; epoch < sheet.copies; epoch++) {
      Image changed = picture;
      for (int i = 0; i < augmentations.size(); i++) {
        changed =
            augmentations.get(i).apply(changed, seed.with(epoch).with(index).with(i).stream());
      }
      row.add(changed);
    }
    return row;
  }
}
