package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
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

/** Finds plugins with {@link ServiceLoader}; a broken one does not hide the others. */
public final class PluginDiscovery {
  private static final String SERVICES = "META-INF/services/" + Plugin.class.getName();
  private static final Pattern MISSING_CLASS = Pattern.compile("Provider (\\S+) not found");

  // After an error the loader goes on with the next provider, but does not promise to get anywhere.
  private static final int MAXIMUM_FAILURES = 1000;

  private final List<DiscoveredPlugin> plugins = new ArrayList<>();
  private final List<EspalierException> problems = new ArrayList<>();

  /** Looks with a class loader and keeps what it finds. */
  public PluginDiscovery(ClassLoader loader) {
    Iterator<ServiceLoader.Provider<Plugin>> providers =
        ServiceLoader.load(Plugin.class, loader).stream().iterator();
    while (problems.size() < MAXIMUM_FAILURES) {
      String source = "";
      try {
        if (!providers.hasNext()) {
          return;
        }
        ServiceLoader.Provider<Plugin> provider = providers.next();
        source = sourceOf(provider.type());
        plugins.add(new DiscoveredPlugin(provider.get(), source));
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(failure(e, source, loader));
      }
    }
  }

  /** Returns the plugins in the order of the class path. */
  public List<DiscoveredPlugin> plugins() {
    return List.copyOf(plugins);
  }

  /** Returns an error for each provider that could not be made. */
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

  private static String readable(URL location) {
    return location.getProtocol().equals("file") ? location.getPath() : location.toString();
  }

  private static EspalierException failure(Throwable error, String source, ClassLoader loader) {
    String message = String.valueOf(error.getMessage());
    Throwable cause = error.getCause();
    String place = source.isEmpty() ? namedIn(message, loader) : " from " + source;
    return new EspalierException(
        ErrorCode.PLUGIN_FAILED,
        "A plugin"
            + place
            + " could not be loaded: "
            + message
            + (cause == null ? "" : " (" + cause + ")")
            + ".",
        "Update or remove its jar; the other plugins are not affected.",
        error);
  }

  /** Returns which services file names the class that a message says is missing. */
  private static String namedIn(String message, ClassLoader loader) {
    Matcher matcher = MISSING_CLASS.matcher(message);
    if (!matcher.find()) {
      return "";
    }
    try {
      Enumeration<URL> files = loader.getResources(SERVICES);
      while (files.hasMoreElements()) {
        URL file = files.nextElement();
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // or the jar would stay open
        try (var stream = connection.getInputStream()) {
          String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          if (text.contains(matcher.group(1))) {
            return " named in " + readable(file);
          }
        }
      }
    } catch (IOException e) {
      // The place is only a help; the problem itself is reported without it.
      return "";
    }
    return "";
  }
}
