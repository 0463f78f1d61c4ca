package dev.espalier.server;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import io.javalin.http.Context;

/** Writes answers as JSON. */
final class Answers {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  private Answers() {}

  static void json(Context request, JsonElement answer) {
    request.contentType("application/json").result(GSON.toJson(answer));
  }
}
