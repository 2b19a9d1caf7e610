package dev.parley.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes one argument of a tool to the model, and what it must keep within: a parameter of a [Tool] method, or a
/// component of a record in it.
///
/// Bounds are part of the schema, and checked when the model calls. Those of numbers and texts hold, in a list, a set
/// or a map, for each element; those of items for how many there are. A bound that has no meaning for the argument's
/// type is refused when the toolbox is made.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Param {
    /// What the argument means, as told to the model.
    String value();

    /// The argument's name in JSON; empty means the Java name in `snake_case`.
    String name() default "";

    /// The least number allowed.
    double min() default Double.NEGATIVE_INFINITY;

    /// The greatest number allowed.
    double max() default Double.POSITIVE_INFINITY;

    /// What a number must exceed.
    double above() default Double.NEGATIVE_INFINITY;

    /// What a number must stay below.
    double below() default Double.POSITIVE_INFINITY;

    /// The fewest characters of a text, counted as Unicode code points.
    int minLength() default 0;

    /// The most characters of a text, counted as Unicode code points.
    int maxLength() default Integer.MAX_VALUE;

    /// A regular expression that must match somewhere in a text: anchor it with `^` and `$` to match all of it.
    String pattern() default "";

    /// The fewest entries of a list, a set or a map.
    int minItems() default 0;

    /// The most entries of a list, a set or a map.
    int maxItems() default Integer.MAX_VALUE;
}
