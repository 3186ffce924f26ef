using Lab.Scenarios.Reading;

namespace Lab.Tests.Scenarios;

public sealed class TagExpressionTests
{
    [Theory]
    [InlineData("@a", true)]
    [InlineData("a", true)]
    [InlineData("not @a", false)]
    [InlineData("@a and @c", false)]
    [InlineData("@a and @b", true)]
    [InlineData("@c or @b", true)]
    [InlineData("@c or @d and @a", false)]
    [InlineData("(@c or @a) and not (@d)", true)]
    public void Its_words_mean_what_they_say_for_a_scenario_with_tags_a_and_b(string expression, bool holds) =>
        TagExpression.Parse(expression).Holds(["@a", "@b"]).Should().Be(holds);

    [Theory]
    [InlineData("")]
    [InlineData("@a and")]
    [InlineData("(@a")]
    [InlineData("@a @b")]
    [InlineData("or @b")]
    public void What_is_no_expression_is_refused(string expression) =>
        FluentActions.Invoking(() => TagExpression.Parse(expression)).Should().Throw<FormatException>();
}
