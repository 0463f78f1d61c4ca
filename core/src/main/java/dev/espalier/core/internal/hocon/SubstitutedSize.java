package dev.espalier.core.internal.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the size of a configuration with all substitutions resolved, without resolving them: a
 * few lines that each refer to the previous one twice would exhaust the memory. The result is never
 * too small; it may be too large where substitutions are overwritten.
 */
final class SubstitutedSize {
  /**
   * The size of a value.
   *
   * @param characters of keys and values in it
   * @param depth nesting depth of sections, lists and substitutions
   */
  private record Size(long characters, int depth) {
    Size plus(Size other) {
      // Capped, because far beyond the limit the exact size does not matter.
      return new Size(
          Math.min(Integer.MAX_VALUE, characters + other.characters), Math.max(depth, other.depth));
    }

    Size times(int count) {
      return new Size(Math.min(Integer.MAX_VALUE, characters * Math.max(1, count)), depth);
    }

    Size inside() {
      return new Size(characters, depth + 1);
    }
  }

  private static final Size NOTHING = new Size(0, 0);

  private final String file;
  private final ConfigObject root;
  private final IdentityHashMap<ConfigValue, Size> measured = new IdentityHashMap<>();

  /** The values with substitutions whose size is being computed. */
  private final Set<ConfigValue> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private int substitutions;

  private SubstitutedSize(String file, ConfigObject root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Checks the size.
   *
   * @param file for messages
   * @param root parsed, with unresolved substitutions
   * @throws dev.espalier.error.EspalierException {@code INVALID_CONFIGURATION} if it exceeds the
   *     limits
   */
  static void requireWithinLimits(String file, ConfigObject root) {
    Size size = new SubstitutedSize(file, root).of(root);
    if (size.characters > HoconLimits.CHARACTERS) {
      throw HoconLimits.exceeded(
          file,
          "grows beyond " + HoconLimits.CHARACTERS + " characters by its substitutions ${...}");
    }
    if (size.depth > HoconLimits.DEPTH) {
      throw HoconLimits.tooDeep(file);
    }
  }

  private Size of(ConfigValue value) {
    Size known = measured.get(value);
    if (known != null) {
      return known;
    }
    Size size = measure(value);
    if (size.depth > 2 * HoconLimits.DEPTH) {
      throw HoconLimits.tooDeep(file);
    }
    measured.put(value, size);
    return size;
  }

  private Size measure(ConfigValue value) {
    if (!isReadable(value)) {
      return ofSubstitutions(value);
    }
    Size size = NOTHING;
    if (value instanceof ConfigObject section) {
      for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
        size = size.plus(new Size(1 + entry.getKey().length(), 0)).plus(of(entry.getValue()));
      }
      return size.inside();
    }
    if (value instanceof ConfigList list) {
      for (ConfigValue element : list) {
        size = size.plus(new Size(1, 0)).plus(of(element));
      }
      return size.inside();
    }
    return new Size(String.valueOf(value.unwrapped()).length(), 0);
  }

  /** Returns whether a value is already resolved. */
  private static boolean isReadable(ConfigValue value) {
    try {
      return value.valueType() != null
          && (!(value instanceof ConfigObject section) || section.entrySet() != null);
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  private Size ofSubstitutions(ConfigValue value) {
    if (open.size() > HoconLimits.DEPTH) {
      throw HoconLimits.tooDeep(file);
    }
    open.add(value);
    Size size = NOTHING;
    for (String layer : layers(value.render(ConfigRenderOptions.concise()))) {
      size = withLayer(size, layer, value);
    }
    open.remove(value);
    return size.inside();
  }

  /** Returns the size of an overridden value; a reference to itself means the previous value. */
  private Size withLayer(Size before, String layer, ConfigValue value) {
    int itself = 0;
    Size named = NOTHING;
    for (String path : paths(layer)) {
      if (++substitutions > HoconLimits.SUBSTITUTIONS) {
        throw HoconLimits.exceeded(
            file, "has more than " + HoconLimits.SUBSTITUTIONS + " substitutions ${...}");
      }
      List<String> elements = ConfigUtil.splitPath(path);
      // In an included file, a path is resolved relative to the include first and then from the
      // root.
      for (int start = 0; start < elements.size(); start++) {
        List<String> meant = elements.subList(start, elements.size());
        ConfigValue found = find(meant);
        if (found == value) {
          itself++;
        } else if (found == null) {
          named = named.plus(ofVariable(String.join(".", meant)));
        } else if (open.contains(found)) {
          throw HoconLimits.exceeded(
              file, "has substitutions that name one another in a circle, such as ${" + path + "}");
        } else {
          named = named.plus(of(found));
        }
      }
    }
    Size added =
        new Size(layer.length() + named.characters, HoconLimits.depth(layer) + named.depth);
    return (itself == 0 ? before : before.times(itself).inside()).plus(added);
  }

  /** A path that no file defines is looked up in the environment. */
  private static Size ofVariable(String name) {
    String text = System.getenv(name);
    return text == null ? NOTHING : new Size(text.length(), 0);
  }

  private @Nullable ConfigValue find(List<String> path) {
    ConfigValue value = root;
    for (String key : path) {
      if (!isReadable(value)) {
        return value;
      }
      value = value instanceof ConfigObject section ? section.get(key) : null;
      if (value == null) {
        return null;
      }
    }
    return value;
  }

  /** Splits an overridden value into its layers: at commas outside brackets and quotes. */
  private static List<String> layers(String text) {
    List<String> layers = new ArrayList<>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '"' -> i = HoconLimits.endOfQuoted(text, i);
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case ',' -> {
          if (depth == 0) {
            layers.add(text.substring(start, i));
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    layers.add(text.substring(start));
    return layers;
  }

  /** Returns the paths of all substitutions outside quotes. */
  private static List<String> paths(String text) {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        i = HoconLimits.endOfQuoted(text, i);
      } else if (text.startsWith("${", i)) {
        int start = text.startsWith("?", i + 2) ? i + 3 : i + 2;
        int end = start;
        while (end < text.length() && text.charAt(end) != '}') {
          end = text.charAt(end) == '"' ? HoconLimits.endOfQuoted(text, end) + 1 : end + 1;
        }
        paths.add(text.substring(start, Math.min(end, text.length())));
        i = end;
      }
    }
    return paths;
  }
}
