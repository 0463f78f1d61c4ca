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
 * The class loader of one plugin. It looks in the plugin's own jars first, so that a plugin gets
 * the library versions it was built with; the types that plugins and the application exchange are
 * shared.
 */
public final class PluginClassLoader extends URLClassLoader {
  /** The resource in a jar that lists its plugins. */
  public static final String SERVICES = "META-INF/services/" + Plugin.class.getName();

  private static final List<String> SHARED =
      List.of("java.", "javax.", "jdk.", "dev.espalier.", "org.slf4j.", "org.jspecify.", "kotlin.");

  static {
    registerAsParallelCapable();
  }

  private final Path place;

  /**
   * Creates the class loader of a plugin's jars.
   *
   * @param place the jar, or the folder with the jars, for messages
   */
  public PluginClassLoader(Path place, URL[] jars, ClassLoader parent) {
    super(jars, parent);
    this.place = place;
  }

  /** Returns the jar, or the folder with the jars. */
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

  /**
   * Returns the plugin's own resources first. For the resource that lists plugins, returns only its
   * own.
   */
  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> urls = new ArrayList<>(Collections.list(findResources(name)));
    if (!name.equals(SERVICES)) {
      urls.addAll(Collections.list(getParent().getResources(name)));
    }
    return Collections.enumeration(urls);
  }
}
