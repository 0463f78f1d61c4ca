package dev.espalier.engine;

/**
 * Whether an engine can be opened.
 *
 * @param usable whether {@link EngineProvider#open} is expected to succeed
 * @param explanation one sentence: the version and artifact that would be used, or what is missing
 *     and what to add
 */
public record Availability(boolean usable, String explanation) {}
