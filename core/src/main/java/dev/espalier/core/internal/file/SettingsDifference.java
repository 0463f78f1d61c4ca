package dev.espalier.core.internal.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes the differences between the settings of two trainings. */
final class SettingsDifference {
  /** More differences only show that it is a different training. */
  private static final int MOST = 5;

  private static final int LONGEST = 60;

  private final List<String> words = new ArrayList<>();

  private SettingsDifference() {}

  /** Returns a phrase for each of the first few differences; empty if there are none. */
  static List<String> between(JsonObject then, JsonObject now) {
    SettingsDifference difference = new SettingsDifference();
    difference.compare("", then, now);
    List<String> words = difference.words;
    if (words.size() <= MOST) {
      return words;
    }
    List<String> first = new ArrayList<>(words.subList(0, MOST));
    first.add("and " + (words.size() - MOST) + " more");
    return first;
  }

  private void compare(String place, @Nullable JsonElement then, @Nullable JsonElement now) {
    if (then instanceof JsonObject before
        && now instanceof JsonObject after
        && alike(before, after)) {
      Set<String> names = new LinkedHashSet<>(before.keySet());
      names.addAll(after.keySet());
      names.remove(SettingsJson.AS_BEFORE);
      names.removeIf(name -> !before.has(name) && isAsBefore(after, name));
      names.forEach(name -> compare(inside(place, name), before.get(name), after.get(name)));
    } else if (then instanceof JsonArray before && now instanceof JsonArray after) {
      for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
        compare(inside(place, Integer.toString(i)), at(before, i), at(after, i));
      }
    } else if (!text(then).equals(text(now))) {
      words.add(place + " was " + shown(then) + " and is " + shown(now));
    }
  }

  /** For objects of different classes, comparing components adds nothing. */
  private static boolean alike(JsonObject then, JsonObject now) {
    return text(then.get(SettingsJson.CLASS)).equals(text(now.get(SettingsJson.CLASS)));
  }

  /**
   * A missing component, from a file written before it existed, equals one with its previous
   * behavior.
   */
  private static boolean isAsBefore(JsonObject now, String name) {
    return now.get(SettingsJson.AS_BEFORE) instanceof JsonArray names
        && names.contains(new JsonPrimitive(name));
  }

  private static String inside(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private static @Nullable JsonElement at(JsonArray array, int index) {
    return index < array.size() ? array.get(index) : null;
  }

  private static String text(@Nullable JsonElement element) {
    return element == null ? JsonNull.INSTANCE.toString() : element.toString();
  }

  private static String shown(@Nullable JsonElement element) {
    if (element == null || element.isJsonNull()) {
      return "none";
    }
    if (element.isJsonPrimitive()) {
      return cut(element.getAsString());
    }
    if (element instanceof JsonObject object && object.has(SettingsJson.CLASS)) {
      return cut(object.get(SettingsJson.CLASS).getAsString());
    }
    return cut(element.toString());
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
