package dev.espalier.core.internal.classifier;

import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One image to compute something for.
 *
 * @param image of the size of the task
 * @param label class index that the task is about; ignored by tasks that are about none
 * @param answer completed with the outputs by name, each {@code [1, ...]}, or with the error
 */
public record InferenceRequest(
    InferenceTask task, Image image, int label, CompletableFuture<Map<String, HostArray>> answer) {}
