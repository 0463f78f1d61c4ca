/**
 * Shows where the time of a model goes: {@link dev.espalier.core.profile.Profiler} measures a step
 * on an engine, operator by operator, and gives a {@link dev.espalier.core.profile.Profile}.
 */
@NullMarked
package dev.espalier.core.profile;

import org.jspecify.annotations.NullMarked;
