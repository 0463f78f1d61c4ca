package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds plugins with {@link ServiceLoader}; a broken plugin does not hide the others. */
public final class PluginDiscovery {
  private static final Pattern MISSING_CLASS = Pattern.compile("Provider (\\S+) not found");

  // After an error, ServiceLoader continues with the next provider but does not guarantee progress.
  private static final int MAXIMUM_FAILURES = 1000;

  private final List<DiscoveredPlugin> plugins = new ArrayList<>();
  private final List<EspalierException> problems = new ArrayList<>();

  /** Finds the plugins visible to a class loader. */
  public PluginDiscovery(ClassLoader loader) {
    Iterator<ServiceLoader.Provider<Plugin>> providers =
        ServiceLoader.load(Plugin.class, loader).stream().iterator();
    while (problems.size() < MAXIMUM_FAILURES) {
      Class<? extends Plugin> type = null;
      try {
        if (!providers.hasNext()) {
          return;
        }
        ServiceLoader.Provider<Plugin> provider = providers.next();
        type = provider.type();
        plugins.add(new DiscoveredPlugin(provider.get(), sourceOf(type)));
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(failure(e, type, loader));
      }
    }
  }

  /** Returns the plugins in the order of the class path. */
  public List<DiscoveredPlugin> plugins() {
    return List.copyOf(plugins);
  }

  /** Returns an error for each plugin that could not be instantiated. */
  public List<EspalierException> problems() {
    return List.copyOf(problems);
  }

  /** Returns the jar or folder that a class was loaded from. */
  public static String sourceOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "an unknown place";
    }
    return readable(source.getLocation());
  }

  /** Decodes spaces and other characters, such as %20. */
  private static String readable(URL location) {
    try {
      URI uri = location.toURI();
      return location.getProtocol().equals("file")
          ? uri.getPath()
          : uri.getScheme() + ":" + uri.getSchemeSpecificPart();
    } catch (URISyntaxException e) {
      return location.toString();
    }
  }

  private static EspalierException failure(
      Throwable error, @Nullable Class<?> type, ClassLoader loader) {
    Throwable inner = error instanceof ServiceConfigurationError ? error.getCause() : null;
    Throwable cause = inner == null ? error : inner;
    Matcher missing = MISSING_CLASS.matcher(String.valueOf(error.getMessage()));
    if (missing.find()) {
      String name = missing.group(1);
      return new EspalierException(
          ErrorCode.PLUGIN_FAILED,
          "The plugin class " + name + namedIn(name, loader) + " does not exist.",
          "Correct or remove that line, or put the class into the jar. The other plugins are not"
              + " affected.",
          error);
    }
    return new EspalierException(
        ErrorCode.PLUGIN_FAILED,
        "The plugin "
            + (type == null ? placeOf(loader) : type.getName() + " (" + sourceOf(type) + ")")
            + " cannot be loaded: "
            + cause
            + ".",
        remedy(cause),
        error);
  }

  private static String placeOf(ClassLoader loader) {
    return loader instanceof PluginClassLoader plugin
        ? plugin.place().toString()
        : "on the class path";
  }

  /** Returns what to do about a failed plugin, depending on the cause. */
  public static String remedy(Throwable cause) {
    return cause instanceof LinkageError
        ? "A class or method is missing: put the library that contains it beside the"
            + " plugin, or update the plugin or Espalier, whose versions may not match. The"
            + " other plugins are not affected."
        : "Do what the message asks for, or update or remove the plugin's jar. The other plugins"
            + " are not affected.";
  }

  /** Returns the service files that list a class. */
  private static String namedIn(String name, ClassLoader loader) {
    try {
      Enumeration<URL> files = loader.getResources(PluginClassLoader.SERVICES);
      while (files.hasMoreElements()) {
        URL file = files.nextElement();
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // or the jar would stay open
        try (var stream = connection.getInputStream()) {
          String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          if (text.contains(name)) {
            return ", which " + readable(file) + " names,";
          }
        }
      }
    } catch (IOException e) {
      // The place is only a hint; the problem itself is reported anyway.
      return "";
    }
    return "";
  }
}
