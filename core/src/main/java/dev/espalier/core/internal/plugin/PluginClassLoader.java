package dev.espalier.core.internal.plugin;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * Loads one plugin. It looks into the plugin's own jars first, so that a plugin has the versions of
 * libraries that it was built with; what plugin and application talk to each other in is shared.
 */
public final class PluginClassLoader extends URLClassLoader {
  private static final List<String> SHARED =
      List.of("java.", "javax.", "jdk.", "dev.espalier.", "org.slf4j.", "org.jspecify.", "kotlin.");

  static {
    registerAsParallelCapable();
  }

  /** Creates a loader of a plugin's jars. */
  public PluginClassLoader(URL[] jars, ClassLoader parent) {
    super(jars, parent);
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
}
