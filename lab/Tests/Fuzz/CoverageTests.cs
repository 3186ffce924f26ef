using Lab.Fuzz;

namespace Lab.Tests.Fuzz;

public sealed class CoverageTests
{
    [Fact]
    public void What_a_party_abstains_from_does_not_count_for_it()
    {
        Coverage coverage = new();
        CaseGenerator generator = new(1, 20, coverage);
        for (int number = 0; number < 20; number++)
        {
            _ = generator.Make(number);
            coverage.TakenBy("all");
            if (number < 5)
            {
                coverage.TakenBy("few");
            }
        }

        Dictionary<string, int> attributes = coverage.Parties.ToDictionary(party => party.Party, party => party.Attributes);
        attributes["all"].Should().Be(coverage.Attributes);
        attributes["few"].Should().BeLessThan(coverage.Attributes);
        string[] conditions = [.. coverage.Boundaries.Select(boundary => boundary.Boundary.Condition).Distinct()];
        conditions.Should().OnlyContain(condition => coverage.Sides("few", condition) <= coverage.Sides("all", condition) && coverage.Sides("all", condition) <= 4);
        conditions.Should().Contain(condition => coverage.Sides("few", condition) < coverage.Sides("all", condition));
    }
}
