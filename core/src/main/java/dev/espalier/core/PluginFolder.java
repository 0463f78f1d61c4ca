package dev.espalier.core;

import dev.espalier.core.internal.plugin.PluginClassLoader;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.FileNames;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of plugins. Each jar in it is a plugin, and so is each subfolder with jars: a plugin
 * with the libraries it depends on. Each plugin has its own class loader, which looks in the
 * plugin's jars first, so that two plugins may use different versions of a library; Espalier's own
 * classes are shared. Closing the folder closes the jars; after that, nothing from its plugins can
 * be used.
 */
public final class PluginFolder implements AutoCloseable {
  private final List<PluginClassLoader> loaders = new ArrayList<>();
  private final List<EspalierException> problems = new ArrayList<>();

  private PluginFolder() {}

  /**
   * Opens the jars in a folder, with Espalier's class loader as parent. Does not run any code from
   * them.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if it is not a folder or cannot
   *     be listed
   */
  public static PluginFolder open(Path folder) {
    PluginFolder opened = new PluginFolder();
    for (Path entry : entries(folder)) {
      List<Path> jars = jarsOf(entry);
      if (!jars.isEmpty() && opened.canName(entry, jars)) {
        opened.add(entry, jars);
      }
    }
    return opened;
  }

  /**
   * Returns the jars in a folder that {@link #open} would open, in the same order.
   *
   * @throws EspalierException as that method
   */
  public static List<Path> jars(Path folder) {
    return entries(folder).stream().flatMap(entry -> jarsOf(entry).stream()).toList();
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.sorted().toList();
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The plugin folder " + folder + " cannot be listed: " + FailureReason.of(e) + ".",
          "Name a folder that holds jars of plugins, or folders with a plugin's jars.",
          e);
    }
  }

  private static List<Path> jarsOf(Path entry) {
    List<Path> files = Files.isDirectory(entry) ? jarsIn(entry) : List.of(entry);
    return files.stream().filter(PluginFolder::isJar).toList();
  }

  /** Records a jar whose name cannot be decoded: class loaders find files by their names. */
  private boolean canName(Path entry, List<Path> jars) {
    try {
      FileNames.decoded(entry);
      jars.forEach(FileNames::decoded);
      return true;
    } catch (EspalierException e) {
      problems.add(e);
      return false;
    }
  }

  private static List<Path> jarsIn(Path folder) {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.sorted().toList();
    } catch (IOException e) {
      return List.of(); // not a plugin; the list of plugins shows that it is missing
    }
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar") && Files.isRegularFile(file);
  }

  private void add(Path entry, List<Path> jars) {
    PluginClassLoader loader =
        new PluginClassLoader(
            entry,
            jars.stream().map(PluginFolder::url).toArray(URL[]::new),
            PluginFolder.class.getClassLoader());
    loaders.add(loader);
    if (loader.findResource(PluginClassLoader.SERVICES) == null) {
      problems.add(
          new EspalierException(
              ErrorCode.PLUGIN_FAILED,
              entry + " is in the plugin folder, but declares no plugin.",
              "Its jar needs the file "
                  + PluginClassLoader.SERVICES
                  + " with the name of the plugin's class. When jars are merged into one, these"
                  + " files must be merged too (Maven's shade plugin: ServicesResourceTransformer;"
                  + " Gradle's shadow plugin: mergeServiceFiles())."));
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  List<PluginClassLoader> classLoaders() {
    return List.copyOf(loaders);
  }

  List<EspalierException> problems() {
    return List.copyOf(problems);
  }

  /**
   * Closes the jars.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if one cannot be closed, after
   *     closing the others
   */
  @Override
  public void close() {
    List<IOException> failures = new ArrayList<>();
    for (PluginClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "A jar of the plugin folder cannot be closed: " + failures.get(0) + ".",
          "See the cause.",
          failures.get(0));
    }
  }
}
