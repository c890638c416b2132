"""What a table is compared with: other ways to predict, on the same parts."""

import warnings

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, OrdinalEncoder, StandardScaler

from leadscore.learn.candidates import Candidates, as_numbers, is_numeric
from leadscore.learn.learning import Observations

RARE = 10  # values of fewer leads are put together


def features(observations: Observations, numeric: list[str], events: Candidates) -> tuple:
    """Texts, numbers (NaN for none), and what candidate rules on events give."""
    texts = [name for name in observations.attributes if name not in numeric]
    table = (
        np.array(
            [[value or "" for value in observations.attributes[name]] for name in texts],
            dtype=object,
        )
        .reshape(len(texts), len(observations))
        .T
    )
    numbers = np.array([as_numbers(observations.attributes[name]) for name in numeric])
    numbers = numbers.reshape(len(numeric), len(observations)).T
    return table, numbers, observations.shares(events.rules)


def predictions(
    train: Observations, test: Observations, events: Candidates, seed: int
) -> dict[str, np.ndarray]:
    """Probabilities of the test part by each way, learned on the training part.

    `events`: candidate rules on events, as columns for the others.
    """
    numeric = [name for name, column in train.attributes.items() if is_numeric(column)]
    texts, numbers, shares = features(train, numeric, events)
    test_texts, test_numbers, test_shares = features(test, numeric, events)
    many = np.hstack([texts, numbers.astype(object), shares.astype(object)])
    test_many = np.hstack([test_texts, test_numbers.astype(object), test_shares.astype(object)])
    if not many.shape[1]:
        return {}
    of_text = list(range(texts.shape[1]))
    of_number = list(range(texts.shape[1], many.shape[1]))
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE)
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=RARE, max_categories=200
    )

    def filled(table: np.ndarray) -> np.ndarray:
        """Numbers with the median for what is missing, and a column that says so."""
        plain = table[:, of_number].astype(float)
        missing = np.isnan(plain)
        middle = np.nanmedian(many[:, of_number].astype(float), axis=0)
        return np.hstack(
            [
                table[:, of_text],
                np.where(missing, np.nan_to_num(middle), plain).astype(object),
                missing.astype(float).astype(object),
            ]
        )

    wide, test_wide = filled(many), filled(test_many)
    of_wide = list(range(len(of_text), wide.shape[1]))
    logistic = make_pipeline(
        make_column_transformer((one_hot, of_text), (StandardScaler(), of_wide)),
        LogisticRegression(C=0.3, max_iter=2000),
    )
    bins = KBinsDiscretizer(10, encode="ordinal", quantile_method="averaged_inverted_cdf")
    encode = make_column_transformer((ordinal, of_text), (bins, of_wide))
    boosting = make_pipeline(
        make_column_transformer((ordinal, of_text), ("passthrough", of_number)),
        HistGradientBoostingClassifier(random_state=seed),
    )
    found = {
        "logistic regression": logistic.fit(wide, train.won).predict_proba(test_wide)[:, 1],
        "gradient boosting": boosting.fit(many, train.won).predict_proba(test_many)[:, 1],
    }
    with warnings.catch_warnings():
        # a column with few values has fewer bins
        warnings.simplefilter("ignore", UserWarning)
        encoded = encode.fit_transform(wide).astype(int) + 1
    test_encoded = encode.transform(test_wide).astype(int) + 1
    most = np.maximum(encoded.max(axis=0), test_encoded.max(axis=0)) + 1
    naive = CategoricalNB(alpha=0.1, min_categories=most)
    found["naive Bayes"] = naive.fit(encoded, train.won).predict_proba(test_encoded)[:, 1]
    return found
