using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>Seed and number to a case: always the same one, whatever was made before.</summary>
/// <param name="framesPerPolicy">At least so many frames for each policy; a conversation is never cut short.</param>
/// <param name="around">Null for one bridge and nothing else.</param>
internal sealed class CaseGenerator(int seed, int framesPerPolicy, Coverage coverage, Surroundings? around = null)
{
    private readonly Surroundings _around = around ?? Surroundings.OneBridge;

    public Coverage Coverage => coverage;

    public Case Make(int number)
    {
        Random random = new(unchecked(seed * 1_000_003 + number));
        Policy policy = new PolicyGenerator(random).Next();
        bool both = random.Next(4) == 0;
        ImmutableArray<Guest> guests =
        [
            .. _around.Guests.Select((guest, i) => i == 0 || (both && i == 1) ? guest with { Filter = policy.Use } : guest),
        ];
        Guest ruled = guests[0];
        FilterProgram? program = ProgramCompiler.Compile(policy.Filters, policy.Use.Filter, ruled.Mac, policy.Use.Parameters).Program;
        coverage.Count(policy);
        FrameGenerator? frames = program is null ? null : new(random, program, ruled, guests[1], coverage) { Host = _around.HostMac, Traffic = HostTraffic.Of(random, _around) };
        return new(number, new(policy.Filters, guests) { Host = _around.Host, IpSets = Palette.IpSets }, frames?.Next(framesPerPolicy) ?? []);
    }
}
