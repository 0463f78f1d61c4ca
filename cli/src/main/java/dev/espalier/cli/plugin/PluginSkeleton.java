package dev.espalier.cli.plugin;

import dev.espalier.core.EspalierVersion;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * Generates a Maven project with a working plugin: a layer, a callback, the plugin class, the
 * services file, and contract tests. Immutable.
 */
public final class PluginSkeleton {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final String name;
  private final String className;
  private final String packageName;

  /**
   * Derives all names from that of the plugin.
   *
   * @param name of the plugin: lowercase words separated by hyphens
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if the name has another form
   */
  public PluginSkeleton(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A plugin cannot be named \"" + name + "\".",
          "Names are lower case words with hyphens between them, such as channel-attention.");
    }
    this.name = name;
    className =
        Stream.of(name.split("-"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    String last = name.replace("-", "");
    packageName = "org.example." + (SourceVersion.isKeyword(last) ? last + "plugin" : last);
  }

  /** Returns the class name of the plugin's layer, which model files use. */
  public String layerType() {
    return className + "Layer";
  }

  /**
   * Writes the files.
   *
   * @param folder new or empty
   * @return the written files, relative to the folder
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; nothing is overwritten
   */
  public List<Path> write(Path folder) {
    List<Path> written = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new EspalierException(
              ErrorCode.FILE_NOT_WRITABLE,
              "The folder " + folder + " is not empty.",
              "Name a new folder with --folder: nothing is overwritten.");
        }
      }
      for (Map.Entry<String, String> file : files().entrySet()) {
        Path target = folder.resolve(file.getValue());
        Files.createDirectories(target.getParent());
        Files.writeString(target, filledIn(file.getKey()));
        written.add(Path.of(file.getValue()));
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The plugin cannot be written to " + folder + ": " + FailureReason.ofWriting(e) + ".",
          "Name a folder that can be written to with --folder.",
          e);
    }
    return written;
  }

  /** Returns the contents of the files by path. */
  private Map<String, String> files() {
    String folder = packageName.replace('.', '/') + "/" + className;
    Map<String, String> files = new LinkedHashMap<>();
    files.put("README.md", "README.md");
    files.put("gitignore", ".gitignore");
    files.put("pom.xml", "pom.xml");
    files.put("services", "src/main/resources/META-INF/services/dev.espalier.plugin.Plugin");
    for (String main : List.of("Plugin", "Layer", "Callback")) {
      files.put(main + ".java", "src/main/java/" + folder + main + ".java");
    }
    for (String test : List.of("PluginTest", "LayerTest", "CallbackTest")) {
      files.put(test + ".java", "src/test/java/" + folder + test + ".java");
    }
    return files;
  }

  private String filledIn(String template) {
    String resource = "skeleton/" + template + ".txt";
    try (InputStream stream = PluginSkeleton.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("missing in the jar: " + resource);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@name@", name)
          .replace("@Class@", className)
          .replace("@package@", packageName)
          .replace("@version@", EspalierVersion.current());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
