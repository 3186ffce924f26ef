using Lab.Scenarios.Matching;

namespace Lab.Tests.Scenarios;

public sealed class CucumberExpressionTests
{
    [Theory]
    [InlineData("a frame arrives", "a frame arrives")]
    [InlineData("{int} frame(s) arrive(s)", "1 frame arrives", "1")]
    [InlineData("{int} frame(s) arrive(s)", "12 frames arrive", "12")]
    [InlineData("it does/did arrive", "it did arrive")]
    [InlineData("the text {string} is said", "the text \"a b\" is said", "\"a b\"")]
    [InlineData(@"a \(real\) bracket", "a (real) bracket")]
    [InlineData("^takes (\\d+) of (\\w+)$", "takes 3 of bob", "3", "bob")]
    public void A_step_that_says_so_matches(string pattern, string text, params string[] arguments) =>
        Compile(pattern).Match(text).Should().Equal(arguments);

    [Theory]
    [InlineData("a frame arrives", "a frame arrives late")]
    [InlineData("{int} frames arrive", "some frames arrive")]
    [InlineData("it does/did arrive", "it doesdid arrive")]
    [InlineData("one. two", "onex two")]
    public void A_step_that_says_something_else_does_not(string pattern, string text) =>
        Compile(pattern).Match(text).Should().BeNull();

    [Fact]
    public void A_parameter_type_that_nobody_defines_is_named() =>
        FluentActions.Invoking(() => Compile("a {thing}")).Should().Throw<FormatException>().WithMessage("*'thing'*");

    private static CucumberExpression Compile(string pattern) =>
        new(pattern, ParameterType.BuiltIn.ToDictionary(type => type.Name));
}
