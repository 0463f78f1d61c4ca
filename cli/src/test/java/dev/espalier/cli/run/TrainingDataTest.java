package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.OwnImages;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.datasets.folder.ImageFolderProvider;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
  @TempDir Path folder;

  /** Image folders, with how often one was looked through. */
  private static final class CountedFolders implements DatasetProvider, Plugin {
    private final DatasetProvider folders = new ImageFolderProvider();
    private int listings;

    @Override
    public String id() {
      return "counted";
    }

    @Override
    public List<DatasetProvider> datasets() {
      return List.of(this);
    }

    @Override
    public String name() {
      return "counted-folder";
    }

    @Override
    public String description() {
      return "An image folder.";
    }

    @Override
    public List<OptionDescription<?>> options() {
      return folders.options();
    }

    @Override
    public DatasetSource source(DatasetRequest request) {
      listings++;
      return folders.source(request);
    }

    @Override
    public Dataset open(DatasetRequest request) {
      return source(request).open(request.split());
    }
  }

  private static Setting setting(String name, String text) {
    return new Setting(name, text, Origin.commandLine("--set"));
  }

  @Test
  void aTrainingListsItsImagesOnce() throws IOException {
    Path images =
        new OwnImages(folder.resolve("pets"))
            .with("train", 2)
            .with("val", 3)
            .with("test", 4)
            .folder();
    CountedFolders folders = new CountedFolders();
    Configuration configuration =
        Configuration.of(
            PluginRegistry.builder().add(folders).build(),
            sources ->
                sources.settings(
                    List.of(
                        setting(RunSettings.DATASET.name(), folders.name()),
                        setting(RunSettings.DATA_LOCATION.name(), images.toString()))));
    DataOptions options = new DataOptions();
    options.take(configuration);
    TrainingData data =
        TrainingData.open(
            configuration, options, new LoadingOptions(), new PrintWriter(new StringWriter()));

    assertThat(List.of(data.training().size(), data.validation().size())).containsExactly(4, 6);
    assertThat(data.test()).isNotNull().extracting(Dataset::size).isEqualTo(8);
    assertThat(folders.listings).isEqualTo(1);
  }
}
