using Lab.Reports.Html;

namespace Lab.Tests.Reports.Html;

/// <summary>The report as its readers use it: with a mouse, with keys alone, on a phone, in the dark.</summary>
public sealed class ReportInBrowserTests(ReportInBrowserTests.OpenReport report) : IClassFixture<ReportInBrowserTests.OpenReport>
{
    private const string VisibleScenarios = "[...document.querySelectorAll('.scenario')].filter(s => !s.hidden).map(s => s.querySelector('h3').textContent)";

    private Browser Browser => report.Browser;

    [BrowserFact]
    public async Task It_opens_without_an_error_and_asks_for_nothing_but_itself()
    {
        await report.OpenAsync();

        Browser.Requests.Should().Equal(report.Address);
        (await Browser.EvaluateAsync<string>("document.getElementById('verdict').textContent")).Should().Be("6 of 7 scenarios did not pass");
        (await Browser.EvaluateAsync<string>("document.querySelector('.scenario[open] h3').textContent"))
            .Should().Be("A wrong expectation about a spoofed MAC", "the first failure is what its reader came for");
    }

    [BrowserFact]
    public async Task It_filters_searches_opens_a_failing_scenario_and_finds_the_XML_line()
    {
        await report.OpenAsync();

        await Browser.EvaluateAsync<object?>("document.querySelector('.chip[data-value=failed]').click()");
        (await Browser.EvaluateAsync<string[]>(VisibleScenarios)).Should().Equal("A wrong expectation about a spoofed MAC");

        await Browser.EvaluateAsync<object?>("document.querySelector('.chip[data-value=failed]').click()");
        await Browser.PressAsync("/");
        await Browser.TypeAsync("spoofed mac");
        (await Browser.EvaluateAsync<string[]>(VisibleScenarios)).Should().Equal("A wrong expectation about a spoofed MAC");
        (await Browser.EvaluateAsync<string>("document.getElementById('count').textContent")).Should().Be("1 of 7 scenarios");

        await Browser.EvaluateAsync<object?>("""
            document.querySelector('.scenario[open] > summary').click();
            document.querySelector('.scenario:not([hidden]) > summary').click();
            """);
        await Browser.EvaluateAsync<object?>("document.querySelector('.scenario[open] .frame > summary').click()");
        await Browser.UntilAsync("document.querySelector('.frame[open] .trace')");
        (await Browser.EvaluateAsync<string>("document.querySelector('.frame[open] .trace').textContent"))
            .Should().Contain("matched: drop at no-mac-spoofing");
        await Browser.EvaluateAsync<object?>("document.querySelector('.frame[open] .trace-dropped a.place').click()");
        (await Browser.EvaluateAsync<string>("document.querySelector('#source[open] .is-meant code').textContent"))
            .Should().Contain("<rule action='drop' direction='out'");
    }

    [BrowserFact]
    public async Task An_address_shows_the_next_person_the_same()
    {
        await report.OpenAsync("#status=failed,disagreed&q=port&open=" + SampleSuite.Scenario("One testbed spoils a byte").Scenario.Id);

        (await Browser.EvaluateAsync<string[]>(VisibleScenarios)).Should().Equal("One testbed spoils a byte", "One testbed loses a frame");
        (await Browser.EvaluateAsync<string>("document.querySelector('.scenario[open] h3').textContent")).Should().Be("One testbed spoils a byte");
        (await Browser.EvaluateAsync<int>("document.querySelectorAll('.two-frames .hex-bytes .is-different').length"))
            .Should().Be(2, "one byte differs; at two guests alike, which is shown once");
    }

    [BrowserFact]
    public async Task Pointing_at_a_field_marks_its_bytes()
    {
        await report.OpenAsync("#open=" + SampleSuite.Scenario("Honest traffic arrives").Scenario.Id);
        await Browser.EvaluateAsync<object?>("document.querySelector('.scenario[open] .frame > summary').click()");
        await Browser.UntilAsync("document.querySelector('.layer li')");

        await Browser.EvaluateAsync<object?>(
            "[...document.querySelectorAll('.layer li')].find(field => field.textContent.startsWith('destination port')).focus()");

        (await Browser.EvaluateAsync<string>("[...document.querySelectorAll('.hex-bytes .is-marked')].map(byte => byte.textContent).join(' ')"))
            .Should().Be("00 35");
    }

    [BrowserFact]
    public async Task Keys_alone_reach_a_scenario_open_it_and_close_a_source()
    {
        await report.OpenAsync("#q=honest");
        await Browser.PressAsync("/");
        for (int presses = 0; presses < 20 && !await Browser.EvaluateAsync<bool>("document.activeElement.matches('.scenario > summary')"); presses++)
        {
            await Browser.PressAsync("Tab");
        }

        await Browser.PressAsync("Enter");
        await Browser.UntilAsync("document.querySelector('.scenario[open] a.place')");
        (await Browser.EvaluateAsync<string>("document.querySelector('.scenario[open] h3').textContent")).Should().Be("Honest traffic arrives");

        await Browser.EvaluateAsync<object?>("document.querySelector('.scenario[open] a.place').focus()");
        await Browser.PressAsync("Enter");
        (await Browser.EvaluateAsync<bool>("document.getElementById('source').open")).Should().BeTrue();
        await Browser.PressAsync("Escape");
        (await Browser.EvaluateAsync<bool>("document.getElementById('source').open")).Should().BeFalse();
    }

    [BrowserFact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        await Browser.ResizeAsync(360, 740);
        await report.OpenAsync();
        await OpenEverythingAsync();

        (await Browser.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        await Browser.ResizeAsync(1300, 900);
    }

    /// <summary>WCAG 2.2, criterion 1.4.3.</summary>
    [BrowserTheory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task All_text_stands_out_from_its_ground(string scheme)
    {
        await Browser.PreferAsync(scheme);
        await report.OpenAsync();
        await OpenEverythingAsync();

        (await Browser.EvaluateAsync<string[]>(WeakTexts)).Should().BeEmpty();
    }

    [BrowserFact]
    public async Task Whatever_can_be_pressed_or_read_as_a_picture_has_a_name()
    {
        await report.OpenAsync();
        await OpenEverythingAsync();

        (await Browser.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('button, a, summary, input, [role=img], [role=group], nav, dialog')]
              .filter(one => !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.getAttribute('aria-labelledby')))
              .map(one => one.outerHTML.slice(0, 100))
            """)).Should().BeEmpty();
    }

    private async Task OpenEverythingAsync()
    {
        await Browser.EvaluateAsync<object?>("document.querySelectorAll('.scenario').forEach(details => { details.open = true; })");
        await Browser.UntilAsync("[...document.querySelectorAll('.scenario')].every(scenario => scenario.dataset.filled)");
        await Browser.EvaluateAsync<object?>("document.querySelectorAll('.scenario details').forEach(details => { details.open = true; })");
        await Browser.UntilAsync("[...document.querySelectorAll('.frame')].every(frame => frame.dataset.filled)");
    }

    /// <summary>Visible texts whose contrast to what lies behind them is below 4.5.</summary>
    private const string WeakTexts = """
        (() => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const rgba = colour => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return canvas.getImageData(0, 0, 1, 1).data;
          };
          const brightness = ([...rgb]) => rgb.slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = element => {
            for (; element; element = element.parentElement) {
              const colour = rgba(getComputedStyle(element).backgroundColor);
              if (colour[3] > 250) { return colour; }
            }
            return [255, 255, 255];
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const weak = new Set();
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || element.closest('svg, script, noscript, dialog:not([open])') || !element.checkVisibility()) { continue; }
            const [a, b] = [brightness(rgba(getComputedStyle(element).color)), brightness(ground(element))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) {
              weak.add(`${element.tagName}.${element.className}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
            }
          }
          return [...weak];
        })()
        """;

    /// <summary>One browser and one file for all tests of the class.</summary>
    public sealed class OpenReport : IAsyncLifetime
    {
        private readonly string _file = Path.Combine(Path.GetTempPath(), $"nwlab-report-{Guid.NewGuid()}.html");

        internal Browser Browser { get; private set; } = null!;

        internal string Address => $"file://{_file}";

        public async Task InitializeAsync()
        {
            if (Browser.WhyNot is null)
            {
                await File.WriteAllTextAsync(_file, HtmlReport.Of(SampleSuite.Result, "nwlab test"));
                Browser = await Browser.StartAsync();
                await Browser.ResizeAsync(1300, 900);
            }
        }

        public async Task DisposeAsync()
        {
            if (Browser is not null)
            {
                await Browser.DisposeAsync();
                File.Delete(_file);
            }
        }

        internal Task OpenAsync(string fragment = "") => Browser.OpenAsync(Address + fragment);
    }
}
