package dev.espalier.core.profile;

import dev.espalier.engine.OperatorOrigin;

/**
 * Equal operators of an engine with the same origin.
 *
 * @param origin layer and primitive that they compute a part of
 * @param operator the engine's own name
 * @param milliseconds their time in one step
 * @param calls how often they run in one step
 * @param bytes the size of their results in one step
 */
public record ProfiledOperator(
    OperatorOrigin origin, String operator, double milliseconds, int calls, long bytes) {}
