package dev.espalier.option;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings by name, of several origins: of two with one name the stronger origin wins, and of two
 * with one origin the later. Immutable.
 *
 * @param byName in the order of their names
 */
public record Settings(Map<String, Setting> byName) {
  /** Copies the map. */
  public Settings {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  /** Returns settings without any. */
  public static Settings none() {
    return new Settings(Map.of());
  }

  /** Returns these and some more; whatever the order, the stronger origins win. */
  public Settings with(Collection<Setting> more) {
    Map<String, Setting> merged = new TreeMap<>(byName);
    for (Setting setting : more) {
      merged.merge(
          setting.name(), setting, (old, one) -> old.origin().yieldsTo(one.origin()) ? one : old);
    }
    return new Settings(merged);
  }

  /** Returns these and those of another object. */
  public Settings with(Settings others) {
    return with(others.byName.values());
  }

  /** Returns what was set under a name, or null. */
  public @Nullable Setting find(String name) {
    return byName.get(name);
  }

  /** Returns what was set for an option of the same name, or null. */
  public @Nullable Setting find(OptionDescription<?> option) {
    return find(option.name());
  }

  /** Returns the settings whose names start with a text, such as {@code engines.abc.}. */
  public List<Setting> startingWith(String prefix) {
    return byName.values().stream().filter(one -> one.name().startsWith(prefix)).toList();
  }
}
