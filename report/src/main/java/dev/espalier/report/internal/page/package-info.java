/** What every page of this module is made of: markup, a frame with style and script, images. */
@NullMarked
package dev.espalier.report.internal.page;

import org.jspecify.annotations.NullMarked;
