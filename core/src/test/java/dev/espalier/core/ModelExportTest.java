package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ExportRequest;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelExportTest {
  private static final OptionDescription<Integer> COPIES =
      OptionDescription.wholeNumber("copies", 1, 9, "Number of files.").withDefault(1);

  @TempDir Path folder;

  private static Model model() {
    return Sequential.of(Input.image(4, 6, 3), GlobalAveragePooling2D.create(), Dense.of(2))
        .withClassNames(List.of("cat", "dog"));
  }

  /** Writes a folder of text files. */
  private record Texts(Path wanted) implements ExportFormat {
    @Override
    public String name() {
      return "texts";
    }

    @Override
    public String description() {
      return "Text files.";
    }

    @Override
    public List<OptionDescription<?>> options() {
      return List.of(COPIES);
    }

    @Override
    public void write(ExportRequest request, Path target) throws IOException {
      assertThat(wanted).doesNotExist();
      assertThat(target.getFileName()).isEqualTo(wanted.getFileName());
      Files.createDirectory(target);
      for (int i = 0; i < request.options().get(COPIES); i++) {
        Files.writeString(target.resolve(i + ".txt"), request.metadata().toString());
      }
    }
  }

  @Test
  void writesAFolderWithOptionsAndMetadata() throws IOException {
    Path target = folder.resolve("a/b/texts");
    ModelExport.of(model()).option("copies", "2").write(new Texts(target), target);
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files).hasSize(2);
    }
    assertThat(target.resolve("1.txt"))
        .content()
        .contains("image_size=4x6", "channels=rgb", "class_names=[\"cat\",\"dog\"]");
    assertThat(target.getParent())
        .isDirectoryNotContaining(one -> one.toString().endsWith(".part"));
  }

  @Test
  void refusesUnknownOptionsAndWhatExists() throws IOException {
    Path target = folder.resolve("texts");
    ModelExport export = ModelExport.of(model());
    assertThatThrownBy(() -> export.option("copy", "2").write(new Texts(target), target))
        .hasMessageContaining("There is no option of the format texts named \"copy\"");
    assertThat(folder).isEmptyDirectory();
    Files.writeString(Files.createDirectory(target).resolve("mine.txt"), "kept");
    assertThatThrownBy(() -> export.write(new Texts(target), target))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageContaining("exists already");
    assertThat(target.resolve("mine.txt")).content().isEqualTo("kept");
  }

  /** Fails in the middle of a folder. */
  private static ExportFormat failing(Runnable failure) {
    return new ExportFormat() {
      @Override
      public String name() {
        return "failing";
      }

      @Override
      public String description() {
        return "Half a folder.";
      }

      @Override
      public void write(ExportRequest request, Path target) throws IOException {
        Files.writeString(Files.createDirectory(target).resolve("half"), "half");
        failure.run();
        Files.writeString(target.resolve("rest"), "rest");
      }
    };
  }

  @Test
  void leavesNothingWhenTheFormatFails() {
    assertThatThrownBy(
            () ->
                ModelExport.of(model())
                    .write(
                        failing(
                            () -> {
                              throw new IllegalStateException("no");
                            }),
                        folder.resolve("half")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anInterruptEndsItAndLeavesNothing() {
    assertThatThrownBy(
            () ->
                ModelExport.of(model())
                    .write(
                        failing(() -> Thread.currentThread().interrupt()), folder.resolve("half")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void removesWhatAKilledProcessLeft() throws IOException {
    Path target = folder.resolve("texts");
    Path left = Files.createDirectories(folder.resolve(".texts.0123.part/texts")).getParent();
    Files.createFile(left.resolve(".lock"));
    Files.writeString(left.resolve("texts/half"), "half");
    Path starting = Files.createDirectory(folder.resolve(".texts.4567.part"));
    ModelExport.of(model()).write(new Texts(target), target);
    assertThat(left).doesNotExist();
    assertThat(starting).exists(); // may be that of a process that has not locked it yet
  }

  @Test
  void keepsWhatIsBeingWritten() throws IOException {
    Path target = folder.resolve("texts");
    Path living = Files.createDirectory(folder.resolve(".texts.0123.part"));
    Path lock = Files.writeString(living.resolve(".lock"), "", StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      assertThat(channel.tryLock()).isNotNull();
      ModelExport.of(model()).write(new Texts(target), target);
      assertThat(living).exists();
    }
  }

  @Test
  void formatsArePartsOfPlugins() {
    Plugin plugin =
        new Plugin() {
          @Override
          public String id() {
            return "texts";
          }

          @Override
          public List<ExportFormat> exportFormats() {
            return List.of(new Texts(folder));
          }
        };
    PluginRegistry registry = PluginRegistry.builder().add(plugin).build();
    assertThat(registry.exportFormats()).extracting(ExportFormat::name).containsExactly("texts");
    assertThat(registry.exportFormat("texts").name()).isEqualTo("texts");
    assertThat(registry.plugins())
        .filteredOn(one -> one.id().equals("texts"))
        .allSatisfy(
            one -> assertThat(one.provided()).containsEntry("export format", List.of("texts")));
    assertThatThrownBy(() -> registry.exportFormat("onnx"))
        .hasMessageContaining("There is no export format named \"onnx\".")
        .hasMessageContaining("Add dev.espalier:espalier-onnx. Known names, nearest first: texts.");
    assertThatThrownBy(() -> registry.exportFormat("text"))
        .hasMessageContaining("Known names, nearest first: texts.");
  }
}
