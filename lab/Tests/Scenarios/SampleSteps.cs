using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Tests.Scenarios;

/// <summary>The bindings that the tests of the runner use.</summary>
[Binding("Samples")]
public sealed class SampleSteps(Scene scene, Notes notes)
{
    private readonly List<string> _log = notes.Log;

    [BeforeScenario]
    public void Open() => _log.Add("before scenario");

    [BeforeScenario("special")]
    public void OpenSpecial() => _log.Add("before special");

    [AfterScenario]
    public void Close() => _log.Add("after scenario");

    [BeforeStep]
    public void BeforeStep() => _log.Add("before step");

    [Given("a sample guest called {word}")]
    public void Guest(string name) =>
        scene.Draft.Add(new(new(name), MacAddress.FromBits(0x5254_0000_0001ul + (uint)scene.Draft.Guests.Count), [], [], null));

    [Given("a sample guest called twice")]
    public void Twice() => _log.Add("twice");

    [Given("a sample table")]
    public void Table(DataTable table) => _log.AddRange(table.To<Colour>().Select(colour => $"{colour.Name} {colour.Light}"));

    [Given("a sample text")]
    public void Text(DocString text) => _log.Add(text.Text);

    [When("sample {word} sends {int} byte(s)")]
    public void Send(string name, int count) =>
        scene.Send(new Stimulus(new(name), Frames.Ethernet(MacAddress.Broadcast, scene.Draft.Find(new(name)).Mac, EtherType.Experimental2, new byte[count])));

    [Then("the sample expectation fails")]
    public void Fail() => throw new ExpectationException("as it should");

    [Then("the sample binding has a bug")]
    public void Bug() => throw new InvalidOperationException("a bug");

    [Then("the sample step is a mistake")]
    public void Mistake() => throw new ScenarioMistakeException("cannot be");

    [Then("the sample task ends")]
    public async Task Task()
    {
        await System.Threading.Tasks.Task.Yield();
        _log.Add("task ended");
    }

    public sealed record Colour(string Name, int Light = 50);
}

/// <summary>A class of the tests' own, given to bindings by type; what all scenarios of the thread noted.</summary>
public sealed class Notes : IDisposable
{
    [ThreadStatic]
    private static List<string>? s_all;

    public static List<string> All => s_all ??= [];

    public List<string> Log { get; } = All;

    public void Dispose() => Log.Add("disposed");
}
