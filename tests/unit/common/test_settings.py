"""Settings come from the environment, and what cannot be used is named."""

import pytest

from services.common.errors import ConfigurationError
from services.common.settings import StageSettings, load


def test_a_variable_sets_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_KAFKA_BOOTSTRAP", "kafka:9092")
    assert load(StageSettings).kafka_bootstrap == "kafka:9092"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "SITREP_LOG_LEVEL",
            "loud",
            "SITREP_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error', got 'loud'",
        ),
        ("SITREP_DEAD_LETTER_LIMIT", "0", "SITREP_DEAD_LETTER_LIMIT: Input should be greater than or equal to 1"),
        ("SITREP_KAFKA_REPLICATION", "three", "SITREP_KAFKA_REPLICATION: Input should be a valid integer"),
    ],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as raised:
        load(StageSettings)
    assert sentence in str(raised.value)
