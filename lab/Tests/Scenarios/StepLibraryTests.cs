using Lab.Engine.Diagnostics;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;

namespace Lab.Tests.Scenarios;

public sealed class StepLibraryTests
{
    private static readonly StepLibrary Steps = StepLibrary.From(typeof(SampleSteps).Assembly);

    [Fact]
    public void An_unknown_step_is_reported_with_its_place_and_the_nearest_steps()
    {
        Diagnostic mistake = Check("    Given a sample guset called bob").Should().ContainSingle().Subject;

        mistake.ToString().Should().StartWith("f.feature:3:5: error SC003: no step is written 'a sample guset called bob'")
            .And.Contain("a sample guest called {word}");
    }

    [Fact]
    public void All_unknown_steps_are_reported_in_one_go() =>
        Check("    Given xxxxx\n    When yyyyy\n    Then zzzzz").Select(mistake => mistake.Position.Line).Should().Equal(3, 4, 5);

    [Fact]
    public void A_step_that_two_bindings_understand_is_refused_and_names_both() =>
        Check("    Given a sample guest called twice").Single().Help.Should().Contain("Twice").And.Contain("Guest");

    [Theory]
    [InlineData("    Given a sample table", "needs a table")]
    [InlineData("    Given a sample guest called bob\n      | a |", "takes no table")]
    [InlineData("    Given a sample text", "needs a text")]
    public void A_step_with_the_wrong_argument_says_what_is_missing(string steps, string complaint) =>
        Check(steps).Single().Message.Should().Contain(complaint);

    private static IEnumerable<Diagnostic> Check(string steps) =>
        Steps.Check(FeatureReader.Read("f.feature", $"Feature: F\n  Scenario: S\n{steps}\n").Feature!);
}
