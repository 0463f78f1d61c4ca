package dev.espalier.core.internal.plugin;

import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads one plugin. It looks into the plugin's own jars first, so that a plugin has the versions of
 * libraries that it was built with; what plugin and application talk to each other in is shared.
 */
public final class PluginClassLoader extends URLClassLoader {
  /** The file in a jar that names its plugins. */
  public static final String SERVICES = "META-INF/services/" + Plugin.class.getName();

  private static final List<String> SHARED =
      List.of("java.", "javax.", "jdk.", "dev.espalier.", "org.slf4j.", "org.jspecify.", "kotlin.");

  static {
    registerAsParallelCapable();
  }

  private final Path place;

  /**
   * Creates a loader of a plugin's jars.
   *
   * @param place the jar, or the folder of the jars, for messages
   */
  public PluginClassLoader(Path place, URL[] jars, ClassLoader parent) {
    super(jars, parent);
    this.place = place;
  }

  /** Returns the jar, or the folder of the jars. */
  public Path place() {
    return place;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (SHARED.stream().anyMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try {
        return findClass(name);
      } catch (ClassNotFoundException e) {
        return super.loadClass(name, resolve);
      }
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  /** Returns the plugin's own first. Of the files that name plugins it sees its own alone. */
  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> urls = new ArrayList<>(Collections.list(findResources(name)));
    if (!name.equals(SERVICES)) {
      urls.addAll(Collections.list(getParent().getResources(name)));
    }
    return Collections.enumeration(urls);
  }
}
